package agent

import (
	"runtime"
	"testing"
	"time"

	"goapptrace/protocol"
	"goapptrace/tracee/hook"
)

var early, late hook.Func

// A function may be called for the first time, and shed, while the agent announces those before it.
func TestShedBeforeItIsKnown(t *testing.T) {
	defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(1)) // one ring
	hook.SetShedding(true)
	defer hook.SetShedding(false)
	hook.SetMode(hook.ModeOn)
	defer hook.SetMode(hook.ModeOff)
	var from recorded
	defer from.reset()
	announced, modes := map[uint64]bool{}, map[uint64]byte{}
	s := newStream(&from, new(symbolTable), func(p protocol.Packet) error {
		switch p := p.(type) {
		case *protocol.SymbolPacket:
			for _, f := range p.Symbols.Funcs {
				announced[f.ID] = true
			}
			for late.Detail() != hook.Count {
				hook.Enter(&late)
			}
		case *protocol.CountersPacket:
			for i, id := range p.Funcs {
				if modes[id] = p.Modes[i]; !announced[id] {
					t.Errorf("figures of function %d, which is not known", id)
				}
			}
		}
		return nil
	})
	hook.Enter(&early)
	for now := time.Now(); modes[uint64(late.ID())] == 0 && !t.Failed(); now = now.Add(windowLength) {
		if err := s.count(now, false); err != nil {
			t.Fatal(err)
		}
	}
	if modes[uint64(late.ID())] != protocol.FuncHeld {
		t.Errorf("modes are %v, want function %d to be held", modes, late.ID())
	}
}
