package agent

import (
	"fmt"

	"goapptrace/protocol"
	"goapptrace/tracee/hook"
)

// obey carries out a command and acknowledges it. The error is that of sending. Other packets are ignored, since a
// later minor version may add some.
func (l *link) obey(p protocol.Packet) error {
	var ack protocol.AckPacket
	var err error
	switch p := p.(type) {
	case *protocol.StartTraceCmdPacket:
		ack.ID = p.ID
		ack.Matched, err = l.start(p)
	case *protocol.StopTraceCmdPacket:
		ack.ID = p.ID
		sel := selection{p.FuncID, string(p.ModuleName), string(p.Pattern)}
		ack.Matched, err = l.rules.add(rule{sel, choice{true, hook.Off}}, &l.a.symbols)
	}
	if ack.ID == 0 {
		return nil
	}
	if err != nil {
		ack.Error = protocol.Text(err.Error())
	}
	return l.send(&ack)
}

func (l *link) start(p *protocol.StartTraceCmdPacket) (matched uint64, err error) {
	c, ok := choices[p.Mode]
	if !ok {
		return 0, fmt.Errorf("trace mode %q is unknown; use %q, %q, %q or %q", p.Mode,
			protocol.ModeFull, protocol.ModeCount, protocol.ModeOff, protocol.ModeAuto)
	}
	sel := selection{p.FuncID, string(p.ModuleName), string(p.Pattern)}
	return l.rules.add(rule{sel, c}, &l.a.symbols)
}
