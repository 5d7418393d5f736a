package ui

import (
	"strings"

	"goapptrace/protocol"
	"goapptrace/ui/safe"
)

// report is what the Go runtime writes about a crash, taken apart. All texts are the stranger's.
type report struct {
	text   string  // what happened
	frames []frame // of the goroutine to blame
	rest   string  // the other goroutines, and whatever else there is
}

// frame is a call on a goroutine's stack.
type frame struct{ call, place string }

// readReport takes a crash's report apart: the text goes up to the first goroutine, whose calls and their places take
// turns, the latter indented. A report of another form is text as a whole.
func readReport(crash protocol.Text) report {
	const goroutine = "\ngoroutine "
	text, stacks, ok := strings.Cut("\n"+string(crash), goroutine)
	r := report{text: strings.TrimSpace(text)}
	if !ok {
		return r
	}
	stack, rest, _ := strings.Cut(stacks, "\n\n")
	r.rest = strings.TrimSpace(rest)
	lines := strings.Split(strings.TrimSpace(stack), "\n")
	for _, line := range lines[1:] {
		place, isPlace := strings.CutPrefix(line, "\t")
		if n := len(r.frames); isPlace && n > 0 {
			place, _, _ = strings.Cut(place, " +0x")
			r.frames[n-1].place = place
		} else {
			r.frames = append(r.frames, frame{call: line})
		}
	}
	return r
}

// crash adds what a crash's report says: what happened in full, then where.
func (p *handshakePane) crash(crash protocol.Text) {
	text, glyphs := p.env.styles.Text, p.env.glyphs
	r := readReport(crash)
	p.entry(text.Bad, glyphs.Failed, "crashed", "", "")
	for _, line := range safe.Lines(protocol.Text(r.text)) {
		p.tell(text.Bad, line)
	}
	for _, f := range r.frames {
		p.lines = append(p.lines, p.indent()+text.Plain.Render(p.env.clip(safe.Text(shortName(protocol.Text(f.call))), p.told())))
		if f.place != "" {
			p.lines = append(p.lines, p.indent()+"  "+text.Dim.Render(safe.ClipLeft(safe.String(f.place), p.told()-2)))
		}
	}
}

// others adds what a crash's report says of other goroutines.
func (p *handshakePane) others(crash protocol.Text) {
	rest := readReport(crash).rest
	if rest == "" {
		return
	}
	p.lines = append(p.lines, "")
	for _, line := range safe.Lines(protocol.Text(rest)) {
		p.lines = append(p.lines, p.indent()+p.env.styles.Text.Dim.Render(p.env.clip(line, p.told())))
	}
}
