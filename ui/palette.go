package ui

import (
	"slices"

	"charm.land/bubbles/v2/key"
	"charm.land/bubbles/v2/textinput"
	tea "charm.land/bubbletea/v2"
)

// palette finds everything that can be done or gone to, by some of its letters.
type palette struct {
	env    *env
	keys   paletteKeys
	input  textinput.Model
	hunt   *hunt // of which a command may look at its own copy, see [palette.work]
	busy   bool  // it does
	others elsewhere
	at     int // the chosen one of the hits
	top    int // the first one in view
	height int // hits in view
	width  int
	choose func(choice) tea.Cmd
}

type paletteKeys struct{ Do, Close, Up, Down, PageUp, PageDown, First, Last key.Binding }

func newPaletteKeys() paletteKeys {
	return paletteKeys{
		Do:       bind("enter", "does it", "enter"),
		Close:    bind("esc", "closes", "esc"),
		Up:       bind("↑", "up", "up", "ctrl+p", "shift+tab"),
		Down:     bind("↓", "down", "down", "ctrl+n", "tab"),
		PageUp:   bind("pgup", "page up", "pgup", "ctrl+u"),
		PageDown: bind("pgdn", "page down", "pgdown", "ctrl+d"),
		First:    bind("ctrl+home", "first", "ctrl+home"),
		Last:     bind("ctrl+end", "last", "ctrl+end"),
	}
}

// How many choices are looked at before anything is drawn, and then at a time beside it. A choice takes about a
// microsecond.
const (
	firstLook = 2 << 10
	nextLook  = 16 << 10
)

// longestPattern bounds what is typed, in characters.
const longestPattern = 100

func (r *root) openPalette() {
	p := &palette{env: r.env, keys: newPaletteKeys(), input: newFilterInput(longestPattern), choose: r.choose, others: r.elsewhere()}
	p.begin(r.choices())
	r.modal = p
}

// begin looks for what is typed from the start.
func (p *palette) begin(list []choice) {
	p.hunt = &hunt{list: list, pattern: newFuzzy(p.input.Value())}
	p.at, p.top = 0, 0
	p.hunt.look(firstLook)
}

// work goes on looking, and listing what there is to be looked at.
func (p *palette) work() tea.Cmd { return tea.Batch(p.lookOn(), p.load()) }

// done says whether all that there is has been looked at.
func (p *palette) done() bool { return p.hunt.done() && !p.others.busy && len(p.others.sessions) == 0 }

// lookOn goes on looking, in a command, on a copy.
func (p *palette) lookOn() tea.Cmd {
	if p.busy || p.hunt.done() {
		return nil
	}
	p.busy = true
	before := p.hunt
	after := *before
	after.hits = slices.Clone(before.hits)
	return func() tea.Msg {
		after.look(nextLook)
		return workedMsg{func() {
			p.busy = false
			if p.hunt == before { // nothing else was typed meanwhile
				after.list = before.list // of which there may be more
				p.hunt = &after
			}
		}}
	}
}

func (p *palette) title() string { return "Commands" }

// typed edits what is looked for.
func (p *palette) typed(msg tea.Msg) (cmd tea.Cmd) {
	before := p.input.Value()
	if p.input, cmd = p.input.Update(msg); p.input.Value() != before {
		p.begin(p.hunt.list)
	}
	return cmd
}

func (p *palette) update(msg tea.KeyPressMsg) (cmd tea.Cmd, done bool) {
	k := p.keys
	switch {
	case key.Matches(msg, k.Close):
		return nil, true
	case key.Matches(msg, k.Do):
		return p.do()
	case key.Matches(msg, k.Up):
		p.move(-1)
	case key.Matches(msg, k.Down):
		p.move(1)
	case key.Matches(msg, k.PageUp):
		p.move(-p.height)
	case key.Matches(msg, k.PageDown):
		p.move(p.height)
	case key.Matches(msg, k.First):
		p.move(-far)
	case key.Matches(msg, k.Last):
		p.move(far)
	default:
		return p.typed(msg), false
	}
	return nil, false
}

// do does what the cursor is on.
func (p *palette) do() (cmd tea.Cmd, done bool) {
	if p.at >= len(p.hunt.hits) {
		return nil, false
	}
	return p.choose(p.hunt.list[p.hunt.hits[p.at].choice]), true
}

// move takes the cursor n hits down; one step over an end leads to the other.
func (p *palette) move(n int) {
	last := len(p.hunt.hits) - 1
	switch at := p.at + n; {
	case n == -1 && at < 0:
		p.at = max(last, 0)
	case n == 1 && at > last:
		p.at = 0
	default:
		p.at = max(0, min(at, last))
	}
}

// point implements [pointed]: a click chooses, a second one does it.
func (p *palette) point(msg tea.MouseMsg) (cmd tea.Cmd, done bool) {
	switch msg := msg.(type) {
	case tea.MouseWheelMsg:
		n, _ := newMoveKeys().lines(msg, p.height)
		p.move(max(-p.at, min(n, len(p.hunt.hits)-1-p.at)))
	case tea.MouseClickMsg:
		i := p.top + msg.Y - paletteHead
		if msg.Y < paletteHead || msg.Y >= paletteHead+p.height || i >= len(p.hunt.hits) {
			return nil, false
		}
		if i == p.at {
			return p.do()
		}
		p.at = i
	}
	return nil, false
}
