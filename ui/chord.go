package ui

import (
	"slices"
	"strings"
	"time"

	"charm.land/bubbles/v2/key"
	tea "charm.land/bubbletea/v2"
)

// A chord is two keys that mean something together, such as "] e". Its first key may mean something by itself: then the
// second has to come soon.

// chordTime is how long the first key of a chord waits for the second.
const chordTime = 700 * time.Millisecond

// chordMsg gives the focused pane a chord that is among its bindings.
type chordMsg string

// String makes it match bindings.
func (c chordMsg) String() string { return string(c) }

// bindChord is [bind] for two keys.
func bindChord(first, second, description string) key.Binding {
	return bind(first+second, description, first+" "+second)
}

// chord is the first key of one, on its own so far.
type chord struct {
	first  tea.KeyPressMsg
	waits  bool
	number int // of this one, so that the end of an earlier one's time isn't taken for its own
}

// chordOverMsg comes when the second key has to have come.
type chordOverMsg struct{ number int }

// after sends a message to the root when some time has passed.
func after(d time.Duration, msg tea.Msg) tea.Cmd {
	return tea.Tick(d, func(time.Time) tea.Msg { return msg })
}

// beginChord holds a key back that may be the first of two, and says in the footer what the second can be.
func (r *root) beginChord(msg tea.KeyPressMsg) (cmd tea.Cmd, held bool) {
	var seconds []string
	for _, scope := range r.scopes() {
		for _, b := range scope.bindings {
			for _, keys := range r.keymap.keys(scope.name, b) {
				if second, ok := strings.CutPrefix(keys, msg.String()+" "); ok {
					seconds = append(seconds, second+" "+b.Help().Desc)
				}
			}
		}
	}
	if len(seconds) == 0 {
		return nil, false
	}
	r.chord = chord{msg, true, r.chord.number + 1}
	r.notice = noticeMsg{text: msg.String() + " " + r.env.glyphs.Ellipsis + "  " + strings.Join(seconds, "   ")}
	return r.after(chordTime, chordOverMsg{r.chord.number}), true
}

// endChord takes the second key: together with the first, or each by itself.
func (r *root) endChord(msg tea.KeyPressMsg) tea.Cmd {
	r.chord.waits = false
	both := r.chord.first.String() + " " + msg.String()
	for _, scope := range r.scopes() {
		for _, b := range scope.bindings {
			if slices.Contains(r.keymap.keys(scope.name, b), both) {
				return r.deliver(r.original(both))
			}
		}
	}
	return tea.Batch(r.single(r.chord.first), r.key(msg))
}

// chordOver gives up waiting.
func (r *root) chordOver(msg chordOverMsg) tea.Cmd {
	if !r.chord.waits || msg.number != r.chord.number {
		return nil
	}
	r.chord.waits = false
	r.notice = noticeMsg{}
	return r.single(r.chord.first)
}
