package ui

import (
	"strconv"
	"strings"
	"time"

	"goapptrace/model"
	"goapptrace/ui/chart"
	"goapptrace/ui/safe"
)

// flameWeights are what the weights are called.
var flameWeights = [...]string{
	model.FlameTotal: "total time", model.FlameSelf: "self time, callers below",
	model.FlameCalls: "calls", model.FlameErrors: "errors",
}

// head tells what is shown, and since when.
func (p *flamePane) head() string {
	text := p.env.styles.Text
	parts := []string{text.Strong.Render(flameWeights[p.by])}
	if p.scope == scopeGoroutine {
		parts = append(parts, text.Type.Render(goroutineName(p.g)))
	}
	if p.narrowed() != nil {
		parts = append(parts, text.Type.Render("calls that pass the filter"))
	}
	if p.tree != nil {
		calls := countOf(p.tree.Calls, "calls")
		switch {
		case !p.at.span.All():
			calls += " in the range"
		case !p.tree.Since.IsZero():
			calls += " since " + formatClock(p.tree.Since, len("15:04:05"))
		}
		parts = append(parts, text.Dim.Render(calls))
	}
	if all := p.progress(); all != "" {
		parts = append(parts, text.Warn.Render(all))
	}
	if len(p.zoom) > 0 || p.skip > 0 {
		parts = append(parts, text.Type.Render("zoomed (esc)"))
	}
	if p.base != nil {
		parts = append(parts, text.Type.Render("+ and - since the baseline (b)"))
	}
	return strings.Join(parts, p.env.dot())
}

// progress says how far the picture is, and that it will be the baseline then.
func (p *flamePane) progress() string {
	all := p.job.progress(p.tree)
	if !p.basing {
		return all
	}
	return strings.TrimPrefix(all+", then baseline (b)", ", ")
}

// progress says how far the calls have been added up, unless that is done but for the newest: a hundredth, as under load
// there are always some.
func (j *flameJob) progress(t *model.FlameTree) string {
	if t == nil || !j.left {
		return ""
	}
	done := int(100 * float64(t.Seen) / float64(max(t.Seen+t.Left, 1)))
	if done >= 99 {
		return ""
	}
	return "adding up: " + strconv.Itoa(done) + " %"
}

// name is the chosen function in full, with where it is.
func (p *flamePane) name(n *model.FlameNode) string {
	text := p.env.styles.Text
	if p.rest {
		return text.Strong.Render(p.env.clip(p.narrow()+", below "+p.short(p.node, p.width), p.width-2))
	}
	if p.node == 0 {
		return text.Strong.Render(p.env.clip(p.all()+p.less(0), p.width-2))
	}
	name := p.env.clip(clean(n.Name, p.width), p.width-2)
	if safe.Width(name) == p.width-2 {
		name = p.env.clip(clean(shortName(n.Name), p.width), p.width-2)
	}
	painted := p.env.highlight(name, p.needle(), text.Strong)
	if left := p.width - 4 - safe.Width(name); n.File != "" && left > 12 {
		where := safe.ClipLeft(safe.String(place(n.File, n.Line)), left)
		painted += "  " + text.Dim.Render(where)
	}
	return painted
}

// narrow tells how many paths the cursor is on that have no boxes of their own.
func (p *flamePane) narrow() string {
	n := 0
	if b := p.box(); b != nil {
		n = b.Rest
	}
	return countOf(uint64(n), "paths") + " narrower than a cell"
}

// factsLine is the figures of the chosen path, behind a bar of its share.
func (p *flamePane) factsLine() string {
	const width = 6
	n, text := &p.tree.Nodes[p.node], p.env.styles.Text
	bar := safe.Pad(chart.Bar(part(p.weight(), p.whole), width, p.env.glyphs.ASCII), width)
	line := p.env.styles.List.Bar.Render(bar) + " " + strings.Join(p.facts(n), p.env.dot())
	switch {
	case p.rest:
		line += p.env.dot() + text.Dim.Render("zoom in to see them")
	case n.Seq != 0:
		line += text.Dim.Render(" (c)")
	}
	return line
}

// facts are the figures of a path, the most important first.
func (p *flamePane) facts(n *model.FlameNode) []string {
	text, g := p.env.styles.Text, p.env.glyphs
	facts := []string{p.share(n)}
	if measure := p.measure(); measure != "" {
		facts = append(facts, measure)
	}
	if p.rest {
		return facts
	}
	if p.by != model.FlameSelf {
		facts = append(facts, "total "+p.duration(n.Total, n.Open))
	}
	facts = append(facts, "self "+p.duration(n.Self, 0))
	if calls := p.calls(n); calls != "" {
		facts = append(facts, calls)
	}
	if failed := p.failures(n); failed != "" {
		facts = append(facts, failed)
	}
	if n.Open > 0 {
		facts = append(facts, text.Number.Render(formatCount(n.Open)+" open"))
	}
	if n.Seq != 0 {
		facts = append(facts, text.Dim.Render("max ")+formatDuration(n.Longest, g))
	}
	return facts
}

// measure is what the box is as wide as, where no other fact tells it: how many of the calls, or of the errors, in view are
// those of the path and of what it led to.
func (p *flamePane) measure() string {
	weight := p.weight()
	switch {
	case p.by == model.FlameCalls || p.by == model.FlameErrors:
		all := countOf(p.whole, flameWeights[p.by])
		if weight == p.whole {
			return all
		}
		return formatCount(weight) + " of " + all
	case p.rest && p.by == model.FlameSelf:
		return "self " + formatDuration(time.Duration(weight), p.env.glyphs)
	case p.rest:
		return "total " + formatDuration(time.Duration(weight), p.env.glyphs)
	}
	return ""
}

// weight is what the cursor is on weighs.
func (p *flamePane) weight() (weight uint64) {
	b := p.box()
	switch {
	case b == nil:
		return 0
	case !p.rest && p.node == p.root:
		return p.whole
	case !p.rest:
		return p.tree.Weight(p.node)
	}
	for _, c := range (partTree{p.tree, p.root, p.skip}).Children(p.node)[b.Index:] {
		weight += p.tree.Weight(c)
	}
	return weight
}

// share is a path's share of what is shown, and what it was in the baseline.
func (p *flamePane) share(n *model.FlameNode) string {
	out := p.env.styles.Text.Strong.Render(percent(part(p.weight(), p.whole)))
	if p.base == nil || p.rest {
		return out
	}
	switch _, was := p.change(p.node); {
	case n.Base < 0:
		return out + p.env.styles.Text.Dim.Render(" new")
	default:
		return out + p.env.styles.Text.Dim.Render(" was "+percent(was))
	}
}

func percent(share float64) string { return strconv.FormatFloat(100*share, 'f', 1, 64) + " %" }

func (p *flamePane) duration(d time.Duration, open uint64) string {
	out := formatDuration(d, p.env.glyphs)
	if open > 0 {
		return p.env.styles.Text.Number.Render(out)
	}
	return out
}

// calls counts the calls of a path itself, all of them for the first box; unless the measure has told them.
func (p *flamePane) calls(n *model.FlameNode) string {
	switch {
	case p.by == model.FlameCalls && (p.node == 0 || n.Calls == n.Weight):
		return ""
	case p.by == model.FlameCalls:
		return formatCount(n.Calls) + " its own"
	case p.node == 0:
		return countOf(p.tree.Calls, "calls")
	}
	return countOf(n.Calls, "calls")
}

// failures counts the errors and panics of a path itself.
func (p *flamePane) failures(n *model.FlameNode) string {
	text, out := p.env.styles.Text, ""
	if n.Errors > 0 {
		out = text.Warn.Render(formatCount(n.Errors) + p.env.glyphs.Error)
	}
	if n.Panics > 0 {
		out = strings.TrimLeft(out+" ", " ") + text.Bad.Render(formatCount(n.Panics)+p.env.glyphs.Panic)
	}
	if out != "" && p.by == model.FlameErrors && n.Errors+n.Panics < n.Weight {
		out += " its own"
	}
	return out
}

// status tells of pauses, and of what is missing in the picture.
func (p *flamePane) status() string {
	text, g := p.env.styles.Text, p.env.glyphs
	var parts []string
	if p.at.paused {
		parts = append(parts, text.Warn.Render(g.Pause+" "+pausedText(p.behind())))
	}
	if deeper := len(p.rows) - p.top - p.room(); deeper > 0 {
		parts = append(parts, text.Type.Render(g.Down+" "+countOf(uint64(deeper), "rows")+" below"))
	}
	if note := p.env.lossNote(p.session.Lost); note != "" {
		parts = append(parts, note)
	}
	if p.session.Counted > 0 {
		note := " " + formatCount(p.session.Counted) + " counted calls aren't in the picture"
		parts = append(parts, text.Type.Render(g.Counted)+text.Dim.Render(note))
	}
	if p.tree != nil && p.tree.Older > 0 {
		parts = append(parts, text.Dim.Render(formatCount(p.tree.Older)+" older calls no longer kept"))
	}
	if p.tree != nil && p.tree.Other {
		parts = append(parts, text.Dim.Render("too many paths: some are added up together"))
	}
	return strings.Join(parts, p.env.dot())
}

// plainFacts is what copying gives of facts.
func plainFacts(facts []string) string { return safe.Plain(strings.Join(facts, ", ")) }
