package ui

import (
	"goapptrace/model"
	"goapptrace/protocol"
	"goapptrace/ui/safe"
)

// verb is what was asked for.
func (q *request) verb() string {
	switch q.mode {
	case protocol.ModeCount:
		return "count calls of " + q.name
	case protocol.ModeOff:
		return "leave " + q.name + " alone"
	case protocol.ModeAuto:
		return "trace " + q.name + " as it thinks best"
	}
	return "trace every call of " + q.name
}

// again says what the key does next.
func (q *request) again() string {
	key := "t"
	if q.of.function == 0 {
		key = "T"
	}
	return " (" + key + " again: " + string(nextMode(q.mode)) + ")"
}

// hear looks for the answers to what was asked, and says in the footer what they are.
func (r *root) hear() {
	waiting := r.tracing.waiting[:0]
	for _, q := range r.tracing.waiting {
		session := r.store.Session(q.session)
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
func (q *request) answer(session Session) *protocol.AckPacket {
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
		return noticeMsg{text: "can't " + q.verb() + ": " + safe.Text(ack.Error) + q.again(), bad: true}
	}
	return noticeMsg{text: q.result() + q.reach(ack.Matched) + q.again()}
}

func (q *request) result() string {
	switch q.mode {
	case protocol.ModeCount:
		return q.name + " is counted: no single calls"
	case protocol.ModeOff:
		return q.name + " is left alone: nothing is recorded"
	case protocol.ModeAuto:
		return q.name + " is traced, or counted while its calls are too many"
	}
	return "every call of " + q.name + " is traced"
}

// reach says how many functions of a package were meant: those that have been called so far.
func (q *request) reach(matched uint64) string {
	if q.of.function != 0 {
		return ""
	}
	return ", " + countOf(matched, "functions") + " so far"
}
