package ui

import (
	"time"

	"charm.land/bubbles/v2/key"
	tea "charm.land/bubbletea/v2"

	"goapptrace/model"
	"goapptrace/protocol"
	"goapptrace/query"
)

// pane is one rectangle of the screen. Only the root is a tea.Model; panes get what concerns them and draw.
//
// The root calls refresh at most once per frame and only for visible panes: there a pane asks the model for what it
// shows. view draws what refresh found and asks nothing, so that it may be called at any time.
type pane interface {
	// title stands in the pane's border.
	title() string
	// resize tells the inner size, borders excluded, in cells.
	resize(width, height int)
	// update handles a key or mouse message while the pane has the focus, with mouse positions relative to its inner rectangle.
	// It says whether the message meant something to it.
	update(msg tea.Msg) (cmd tea.Cmd, handled bool)
	// refresh takes a new snapshot.
	refresh(at moment)
	// view draws exactly the inner size: height lines of width cells.
	view() string
	// keys are the pane's own bindings, the most useful first: the footer and the help are made from them.
	keys() []key.Binding
}

// moment is what a refresh is for: a time and a session.
type moment struct {
	now     time.Time
	paused  bool
	focused bool       // keys go to this pane
	session Session    // nil when there is none
	span    model.Span // that the tabs are narrowed to
}

// filterable panes accept the filter that the user types at "/".
type filterable interface {
	setFilter(text string)
	filter() string
}

// linguist panes take filters of the language of package query, for rows of a kind; others take any text.
type linguist interface {
	filterKind() query.Kind
}

// knower panes know the values that their rows have in a field; of others the session does.
type knower interface {
	known(f query.Field) []string
}

// searcher panes say that they haven't looked at everything yet, and want to go on with the next frame.
type searcher interface {
	searching() bool
}

// Commander does to sessions what the user asks for. Its methods return at once, with an error when they won't do it.
type Commander interface {
	// Shutdown ends a session: the program goes on untraced.
	Shutdown(session uint64) error
	// Cut ends a session at once, without a goodbye.
	Cut(session uint64) error
	// Trace sends a Start/StopTraceCmd.
	Trace(session uint64, cmd protocol.Packet) error
}

// pausable panes say by how many rows, and what a row is called in the plural, the world is ahead of a paused view.
type pausable interface {
	behind() (rows uint64, what string)
}

// located panes name the place in the source that the cursor is on, for the editor: an absolute path and a line.
type located interface {
	location() (file string, line int)
}

// copier panes give the text that "y" copies; the root cleans it.
type copier interface {
	copyText() string
}

// changeable panes have other keys at other times.
type changeable interface {
	// allKeys are those of all times.
	allKeys() []key.Binding
}
