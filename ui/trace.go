package ui

import (
	"strings"
	"time"

	"charm.land/bubbles/v2/key"
	tea "charm.land/bubbletea/v2"

	"goapptrace/model"
	"goapptrace/protocol"
	"goapptrace/ui/safe"
)

// traceMsg asks to trace a function in another way: in full, counted, not at all, or as the program's agent thinks best,
// each after the other. It may ask so for all functions of its package.
type traceMsg struct {
	function uint64
	whole    bool // package
}

func bindTrace() key.Binding { return bind("t", "trace mode", "t") }

func bindTracePackage() key.Binding { return bind("T", "trace mode of the whole package", "T") }

// askTrace is the command of a pane whose cursor is on a function.
func askTrace(function uint64) tea.Cmd {
	return func() tea.Msg { return traceMsg{function: function} }
}

// askTracePackage is the same for the function's package.
func askTracePackage(function uint64) tea.Cmd {
	return func() tea.Msg { return traceMsg{function: function, whole: true} }
}

// tracing is what the user has asked of the tracing of functions, and waits to be answered.
type tracing struct {
	number  uint64 // of the last command
	asked   map[traced]asked
	waiting []request
}

// traced is a function of a session, or a package.
type traced struct {
	session  uint64
	function uint64 // 0 for a package
	pkg      protocol.Text
}

// asked is the mode that was asked for, and the one that the tracee spoke of by then: as long as it speaks of no
// other, or of one that agrees, what was asked for is what the next one follows. Not every tracee tells.
type asked struct {
	mode protocol.Text
	told byte
}

// holds says whether a function that the tracee says to be in a mode is as was asked.
func (a asked) holds(told byte) bool {
	return told == a.told || modeName(told) == a.mode || a.mode == protocol.ModeAuto && told == protocol.FuncFull
}

// request is a command that has been sent.
type request struct {
	number  uint64
	session uint64
	of      traced
	app     string // clean, as is name
	name    string
	mode    protocol.Text
	at      time.Time
	packet  uint64 // from this one on its answer has to be
}

// firstCommand leaves smaller numbers to whoever else sends commands.
const firstCommand = 1 << 32

// answerTime is how long a tracee may take before the user hears that it says nothing.
const answerTime = 5 * time.Second

// modeNames are the modes as CountersPacket numbers them.
var modeNames = [...]protocol.Text{
	protocol.FuncFull: protocol.ModeFull, protocol.FuncCount: protocol.ModeCount, protocol.FuncOff: protocol.ModeOff,
	protocol.FuncHeld: protocol.ModeAuto,
}

func modeName(mode byte) protocol.Text { return modeNames[min(int(mode), len(modeNames)-1)] }

// nextMode goes round.
func nextMode(mode protocol.Text) protocol.Text {
	switch mode {
	case protocol.ModeFull:
		return protocol.ModeCount
	case protocol.ModeCount:
		return protocol.ModeOff
	case protocol.ModeOff:
		return protocol.ModeAuto
	}
	return protocol.ModeFull
}

// next is the mode that comes next for a function that the tracee says to be in a mode, or for its package.
func (t *tracing) next(of traced, told byte) protocol.Text {
	mode := modeName(told)
	if a, ok := t.asked[of]; ok && a.holds(told) {
		mode = a.mode
	}
	mode = nextMode(mode)
	if t.asked == nil {
		t.asked = map[traced]asked{}
	}
	t.asked[of] = asked{mode, told}
	return mode
}

// trace sends the command that traces a function of the selected session in the next mode.
func (r *root) trace(msg traceMsg) {
	session := r.session()
	if session == nil || r.config.Commander == nil || r.readOnly() {
		return
	}
	function, ok := session.Function(msg.function, r.now())
	row := session.Row(r.now())
	switch {
	case row.State.Ended():
		r.notice = noticeMsg{text: sessionName(row) + " has ended already"}
		return
	case !ok:
		return
	}
	of := traced{row.ID, msg.function, ""}
	if msg.whole {
		of = traced{row.ID, 0, packageOf(function.Name)}
	}
	q := r.tracing.request(of, function, row, r.now())
	if err := r.config.Commander.Trace(row.ID, q.command()); err != nil {
		r.notice = noticeMsg{text: safe.String(err.Error()) + q.again(), bad: true}
		return
	}
	r.notice = noticeMsg{text: "asked " + q.app + " to " + q.verb()}
	if row.Version != protocol.Original { // which doesn't answer
		r.tracing.waiting = append(r.tracing.waiting, q)
	}
}

// request makes the next command for a function of a session, or for its package.
func (t *tracing) request(of traced, function model.FuncRow, session model.SessionRow, now time.Time) request {
	const width = 40
	t.number = max(t.number, firstCommand) + 1
	q := request{
		number: t.number, session: of.session, of: of, app: sessionName(session), mode: t.next(of, function.Mode), at: now,
		name: safe.Clip(clean(shortName(function.Name), width), width), packet: session.Packets + 1,
	}
	if of.function == 0 {
		q.name = "package " + safe.Clip(clean(shortName(of.pkg), width), width)
	}
	return q
}

func (q *request) command() protocol.Packet {
	if q.mode == protocol.ModeOff {
		return &protocol.StopTraceCmdPacket{FuncID: q.of.function, ModuleName: q.of.pkg, ID: q.number}
	}
	return &protocol.StartTraceCmdPacket{FuncID: q.of.function, ModuleName: q.of.pkg, ID: q.number, Mode: q.mode}
}

// packageOf is the import path in a function's name: what comes before the first dot behind the last slash. The linker
// writes a dot there as %2e.
func packageOf(name protocol.Text) protocol.Text {
	whole, _, _ := strings.Cut(string(name), "[") // type arguments may have slashes
	slash := strings.LastIndexByte(whole, '/') + 1
	last, _, _ := strings.Cut(whole[slash:], ".")
	return protocol.Text(whole[:slash] + strings.ReplaceAll(last, "%2e", "."))
}
