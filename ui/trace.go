package ui

import (
	"time"

	"charm.land/bubbles/v2/key"
	tea "charm.land/bubbletea/v2"

	"goapptrace/model"
	"goapptrace/protocol"
	"goapptrace/ui/safe"
)

// traceMsg asks to trace a function in another way: in full, counted, or not at all, each after the other.
type traceMsg struct{ function uint64 }

func bindTrace() key.Binding { return bind("t", "trace mode", "t") }

// askTrace is the command of a pane whose cursor is on a function.
func askTrace(function uint64) tea.Cmd {
	return func() tea.Msg { return traceMsg{function} }
}

// tracing is what the user has asked of the tracing of functions, and waits to be answered.
type tracing struct {
	number  uint64 // of the last command
	asked   map[traced]asked
	waiting []request
}

// traced is a function of a session.
type traced struct{ session, function uint64 }

// asked is the mode that was asked for, and the one that the tracee spoke of by then: as long as it speaks of no
// other, what was asked for is what the next one follows. Not every tracee tells.
type asked struct {
	mode protocol.Text
	told byte
}

// request is a command that has been sent.
type request struct {
	number  uint64
	session uint64
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
}

func modeName(mode byte) protocol.Text { return modeNames[min(int(mode), len(modeNames)-1)] }

// nextMode goes round.
func nextMode(mode protocol.Text) protocol.Text {
	switch mode {
	case protocol.ModeFull:
		return protocol.ModeCount
	case protocol.ModeCount:
		return protocol.ModeOff
	}
	return protocol.ModeFull
}

// next is the mode that comes next for a function.
func (t *tracing) next(of traced, told byte) protocol.Text {
	mode := modeName(told)
	if a, ok := t.asked[of]; ok && a.told == told {
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
	if session == nil || r.config.Commander == nil {
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
	t := &r.tracing
	t.number = max(t.number, firstCommand) + 1
	mode := t.next(traced{row.ID, msg.function}, function.Mode)
	q := request{
		number: t.number, session: row.ID, app: sessionName(row), mode: mode, at: r.now(),
		name: safe.Clip(safe.Text(beginning(shortName(function.Name), 40)), 40), packet: row.Packets + 1,
	}
	if err := r.config.Commander.Trace(row.ID, q.command(msg.function)); err != nil {
		r.notice = noticeMsg{text: safe.String(err.Error()) + again(mode), bad: true}
		return
	}
	r.notice = noticeMsg{text: "asked " + q.app + " to " + q.verb()}
	if row.Version != protocol.Original { // which doesn't answer
		t.waiting = append(t.waiting, q)
	}
}

func (q *request) command(function uint64) protocol.Packet {
	if q.mode == protocol.ModeOff {
		return &protocol.StopTraceCmdPacket{FuncID: function, ID: q.number}
	}
	return &protocol.StartTraceCmdPacket{FuncID: function, ID: q.number, Mode: q.mode}
}

// verb is what was asked for.
func (q *request) verb() string {
	switch q.mode {
	case protocol.ModeCount:
		return "count calls of " + q.name
	case protocol.ModeOff:
		return "leave " + q.name + " alone"
	}
	return "trace every call of " + q.name
}

// again says what the key does next.
func again(mode protocol.Text) string { return " (t again: " + string(nextMode(mode)) + ")" }

// hear looks for the answers to what was asked, and says in the footer what they are.
func (r *root) hear() {
	waiting := r.tracing.waiting[:0]
	for _, q := range r.tracing.waiting {
		session := r.config.Store.Session(q.session)
		if session == nil {
			continue
		}
		ack := q.answer(session)
		switch late := r.now().Sub(q.at) >= answerTime; {
		case ack != nil:
			r.notice = q.outcome(ack)
		case session.Row(r.now()).State.Ended():
		case late:
			r.notice = noticeMsg{text: q.app + " doesn't answer: asked to " + q.verb(), bad: true}
		default:
			waiting = append(waiting, q)
		}
	}
	r.tracing.waiting = waiting
}

// answer is the answer, if it is among the packets that have come since the last look.
func (q *request) answer(session *model.Session) *protocol.AckPacket {
	const page = 256
	for {
		rows := session.Packets(model.PacketQuery{Anchor: q.packet, After: page}).Rows
		for _, row := range rows {
			q.packet = row.Seq + 1
			if row.Type != protocol.TypeAck {
				continue
			}
			record, _ := session.PacketAt(row.Seq)
			if ack, ok := record.Packet.(*protocol.AckPacket); ok && ack.ID == q.number {
				return ack
			}
		}
		if len(rows) < page {
			return nil
		}
	}
}

// outcome tells what became of a command.
func (q *request) outcome(ack *protocol.AckPacket) noticeMsg {
	if ack.Error != "" {
		return noticeMsg{text: "can't " + q.verb() + ": " + safe.Text(ack.Error) + again(q.mode), bad: true}
	}
	switch q.mode {
	case protocol.ModeCount:
		return noticeMsg{text: q.name + " is counted: no single calls" + again(q.mode)}
	case protocol.ModeOff:
		return noticeMsg{text: q.name + " is left alone: nothing is recorded" + again(q.mode)}
	}
	return noticeMsg{text: "every call of " + q.name + " is traced" + again(q.mode)}
}
