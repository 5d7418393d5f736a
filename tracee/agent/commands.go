package agent

import (
	"fmt"
	"strings"

	"goapptrace/protocol"
)

// maxRules bounds what a viewer can make the agent remember.
const maxRules = 1000

// ruleSet is what the viewer's commands say about functions that have not been called yet. When several rules
// select a function, the last one counts.
type ruleSet struct {
	rules   []rule
	applied int // symbols that the rules have been applied to
}

type rule struct {
	selection
	stop bool
}

// selection is the functions that a command means. Empty fields select everything.
type selection struct {
	id      uint64
	pkg     string
	pattern string // of names, with * for any text
}

func (s selection) everything() bool { return s == selection{} }

func (s selection) selects(sym *symbol) bool {
	return (s.id == 0 || s.id == uint64(sym.fn.ID())) &&
		(s.pkg == "" || s.pkg == sym.pkg) &&
		(s.pattern == "" || glob(s.pattern, sym.name))
}

// obey carries out a command and acknowledges it. The error is that of sending. Other packets are ignored, since a
// later minor version may add some.
func (l *link) obey(p protocol.Packet) error {
	var ack protocol.AckPacket
	var err error
	switch p := p.(type) {
	case *protocol.StartTraceCmdPacket:
		ack.ID = p.ID
		sel := selection{p.FuncID, string(p.ModuleName), string(p.Pattern)}
		if err = checkMode(p.Mode); err == nil {
			ack.Matched, err = l.rules.add(rule{sel, false}, &l.a.symbols)
		}
	case *protocol.StopTraceCmdPacket:
		ack.ID = p.ID
		sel := selection{p.FuncID, string(p.ModuleName), string(p.Pattern)}
		ack.Matched, err = l.rules.add(rule{sel, true}, &l.a.symbols)
	}
	if ack.ID == 0 {
		return nil
	}
	if err != nil {
		ack.Error = protocol.Text(err.Error())
	}
	return l.send(&ack)
}

func checkMode(mode protocol.Text) error {
	switch mode {
	case "", protocol.ModeFull:
		return nil
	case protocol.ModeCount:
		return fmt.Errorf("this program's agent can't count calls without streaming them; use %q, or stop tracing", protocol.ModeFull)
	}
	return fmt.Errorf("trace mode %q is unknown; use %q", mode, protocol.ModeFull)
}

// add applies r to the functions known so far and keeps it for those to come. It returns how many it changed.
func (s *ruleSet) add(r rule, symbols *symbolTable) (changed uint64, err error) {
	switch {
	case r.id > uint64(len(symbols.all)):
		return 0, fmt.Errorf("function %d is not known", r.id)
	case r.id != 0: // known, and nothing to remember
	case r.everything():
		s.rules = append(s.rules[:0], r)
	case len(s.rules) == maxRules:
		return 0, fmt.Errorf("more than %d commands; start or stop everything to begin anew", maxRules)
	default:
		s.rules = append(s.rules, r)
	}
	for i := range symbols.all {
		if sym := &symbols.all[i]; r.selects(sym) && sym.stop(r.stop) {
			changed++
		}
	}
	return changed, nil
}

// apply applies the rules to the functions that became known since the last call.
func (s *ruleSet) apply(symbols *symbolTable) {
	for ; s.applied < len(symbols.all); s.applied++ {
		sym := &symbols.all[s.applied]
		for _, r := range s.rules {
			if r.selects(sym) {
				sym.stop(r.stop)
			}
		}
	}
}

// glob says whether name has the form of the pattern, in which * stands for any text.
func glob(pattern, name string) bool {
	first, rest, wild := strings.Cut(pattern, "*")
	if !wild {
		return pattern == name
	}
	if !strings.HasPrefix(name, first) {
		return false
	}
	name = name[len(first):]
	for {
		part, after, more := strings.Cut(rest, "*")
		if !more {
			return strings.HasSuffix(name, part)
		}
		i := strings.Index(name, part)
		if i < 0 {
			return false
		}
		name, rest = name[i+len(part):], after
	}
}
