package ui

import (
	"io"
	"slices"

	"charm.land/bubbles/v2/key"
	"charm.land/bubbles/v2/textinput"
	tea "charm.land/bubbletea/v2"

	"goapptrace/model"
	"goapptrace/protocol"
	"goapptrace/query"
	"goapptrace/ui/safe"
)

// outputPane shows what the program prints and logs, and takes what the user types for it.
type outputPane struct {
	logPane[model.OutputLine]
	bindings outputKeys
	dropped  uint64
	left     int  // cells of the lines that are out of view at the left
	logs     bool // lines with a goroutine or a level have been in view
	choice   int  // of streamChoices
	input    textinput.Model
	asks     bool // the input line is open
	from     lineOrigin
}

type outputKeys struct{ Open, Follow, Streams, Left, Right, Type, Send, End, Leave key.Binding }

// sidestep is how far the lines move to the side at a time.
const sidestep = 8

func newOutputPane(e *env) pane {
	p := &outputPane{
		bindings: outputKeys{
			Open:    bind("enter", "the call that it came from", "enter"),
			Follow:  bind("G", "follow", "G", "end"),
			Streams: bind("s", "all lines, printed ones, logged ones", "s"),
			Left:    bind("←/h", "left", "left", "h"),
			Right:   bind("→/l", "right", "right", "l"),
			Type:    bind("i", "type to the program", "i"),
			Send:    bind("enter", "send the line", "enter"),
			End:     bind("ctrl+d", "end the input", "ctrl+d"),
			Leave:   bind("esc", "leave the input", "esc"),
		},
		input: newInput(),
	}
	p.logPane = newLogPane(e, query.Output, slices.Clone(outputColumns), logHooks[model.OutputLine]{
		number: func(line model.OutputLine) uint64 { return line.Seq },
		query:  p.query,
		draw:   p.draw,
		chosen: func() string { return p.env.styles.Text.Type.Render(p.from.text) },
		why:    p.why,
		above:  p.above,
		below:  p.below,
	})
	return p
}

func newInput() textinput.Model {
	m := textinput.New()
	m.Prompt = ""
	m.CharLimit = 64 << 10
	styles := m.Styles()
	styles.Cursor.Blink = false // nothing ticks while nothing happens
	m.SetStyles(styles)
	return m
}

func (p *outputPane) title() string { return "Output" }

func (p *outputPane) keys() []key.Binding {
	b := p.bindings
	if p.asks {
		return []key.Binding{b.Send, b.End, b.Leave}
	}
	own := p.allKeys()
	if !p.env.typable() {
		own = own[1:]
	}
	return append(own, p.moves.list()...)
}

// allKeys implements [changeable]. While text is typed keys are what they are.
func (p *outputPane) allKeys() []key.Binding {
	b := p.bindings
	return []key.Binding{b.Type, b.Open, b.Follow, b.Streams, b.Left, b.Right}
}

// typing implements [typist].
func (p *outputPane) typing() bool { return p.asks }

func (p *outputPane) query(s Session, anchor uint64, before, after int) ([]model.OutputLine, uint64, uint64) {
	page := s.Lines(model.OutputQuery{
		Filter: p.compiled, Span: p.at.span, Streams: streamChoices[p.choice].streams, Anchor: anchor, Before: before, After: after,
	})
	p.dropped = page.Dropped
	return page.Rows, page.First, page.Last
}

func (p *outputPane) resize(width, height int) {
	p.logPane.resize(width, height)
	p.input.SetWidth(max(1, width-len(inputPrompt)-2))
}

func (p *outputPane) update(msg tea.Msg) (tea.Cmd, bool) {
	if p.asks {
		return p.edit(msg), true
	}
	handled, again := p.move(msg)
	if again {
		return p.origin(), true
	}
	if press, ok := msg.(tea.KeyPressMsg); ok {
		switch b := p.bindings; {
		case key.Matches(press, b.Open):
			return p.origin(), true
		case key.Matches(press, b.Streams):
			p.choose((p.choice + 1) % len(streamChoices))
			return nil, true
		case key.Matches(press, b.Left):
			p.left = max(0, p.left-sidestep)
			return nil, true
		case key.Matches(press, b.Right):
			p.left += sidestep
			return nil, true
		case key.Matches(press, b.Type) && p.env.typable():
			p.asks = true
			return p.input.Focus(), true
		case key.Matches(press, b.Type) && p.env.input != nil:
			return told(nil, "the program has ended"), true
		}
	}
	return nil, handled
}

// edit handles a message while the input line is open.
func (p *outputPane) edit(msg tea.Msg) (cmd tea.Cmd) {
	if press, ok := msg.(tea.KeyPressMsg); ok {
		switch b := p.bindings; {
		case key.Matches(press, b.Leave):
			p.leave()
			return nil
		case key.Matches(press, b.Send):
			return p.send()
		case key.Matches(press, b.End):
			p.leave()
			return told(p.env.input.Close(), "the program's input has ended")
		}
	}
	p.input, cmd = p.input.Update(msg)
	return cmd
}

func (p *outputPane) leave() {
	p.asks = false
	p.input.Blur()
}

func (p *outputPane) send() tea.Cmd {
	_, err := io.WriteString(p.env.input, p.input.Value()+"\n")
	p.input.Reset()
	return told(err, "")
}

// told says in the footer how a thing went.
func told(err error, good string) tea.Cmd {
	notice := noticeMsg{text: good}
	if err != nil {
		notice = noticeMsg{text: safe.String(err.Error()), bad: true}
	}
	if notice.text == "" {
		return nil
	}
	return func() tea.Msg { return notice }
}

// why says why there are no lines: what a program prints is known of those alone that goapptrace has started.
func (p *outputPane) why() []string {
	if row := p.at.session.Row(p.at.now); p.env.program != nil || row.Exit != nil || row.State == protocol.StateRefused {
		return nil
	}
	return []string{"stdout and stderr are seen under goapptrace run only,", "what log and log/slog write of every program"}
}

// above tells of the lines before the oldest.
func (p *outputPane) above() string {
	if p.dropped == 0 {
		return ""
	}
	return p.env.styles.Text.Dim.Render(p.env.glyphs.Ellipsis + " " + formatCount(p.dropped) + " older lines no longer kept")
}

const inputPrompt = "stdin> "

// below is the input line while it is open, and otherwise tells which streams are shown.
func (p *outputPane) below() string {
	if !p.asks {
		return p.env.styles.Text.Type.Render(streamChoices[p.choice].told)
	}
	return p.env.styles.Footer.Prompt.Render(inputPrompt) + p.input.View()
}

func (p *outputPane) copyText() string {
	line, _ := p.list.selected()
	return string(line.Text)
}
