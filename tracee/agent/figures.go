package agent

import (
	"goapptrace/protocol"
	"goapptrace/tracee/hook"
)

// maxFigures bounds the functions in a CountersPacket. Each takes 24 bytes at most.
const maxFigures = 1 << 14

// figures is what CountersPackets tell about functions, and what the viewer knows of it.
type figures struct {
	all   []figure // by ID - 1
	fresh []uint32 // IDs of those that the viewer doesn't know
	told  int      // symbolTable.changes that the viewer knows
}

type figure struct {
	counted hook.Tally // by hooks
	dropped hook.Tally // by the filter
	fresh   bool
	told    byte // its mode; a viewer takes it for FuncFull until it is told otherwise
}

// set notes what the hooks have counted, and returns by how many calls it grew.
func (f *figures) set(id uint32, t hook.Tally) (calls uint64) {
	f.grow(int(id))
	fig := &f.all[id-1]
	calls, fig.counted = t.Calls-fig.counted.Calls, t
	f.renew(id)
	return calls
}

// drop notes what the filter has added up.
func (f *figures) drop(id uint32, t hook.Tally) {
	f.grow(int(id))
	f.all[id-1].dropped = t
	f.renew(id)
}

func (f *figures) grow(n int) {
	f.all = append(f.all, make([]figure, max(n-len(f.all), 0))...)
}

func (f *figures) renew(id uint32) {
	if fig := &f.all[id-1]; !fig.fresh {
		fig.fresh = true
		f.fresh = append(f.fresh, id)
	}
}

// compare finds the functions whose mode the viewer doesn't know. It says whether there are any.
func (f *figures) compare(symbols *symbolTable) (found bool) {
	if f.told == symbols.changes {
		return false
	}
	f.told = symbols.changes
	f.grow(len(symbols.all))
	for i := range symbols.all {
		if fig, mode := &f.all[i], symbols.all[i].mode(); fig.told != mode {
			fig.told, found = mode, true
			f.renew(uint32(i) + 1)
		}
	}
	return found
}

// next returns a packet with some of what the viewer doesn't know. It may name no function.
func (f *figures) next() *protocol.CountersPacket {
	n := min(len(f.fresh), maxFigures)
	p := &protocol.CountersPacket{}
	for _, id := range f.fresh[:n] {
		fig := &f.all[id-1]
		fig.fresh = false
		p.Funcs = append(p.Funcs, uint64(id))
		p.Calls = append(p.Calls, fig.counted.Calls+fig.dropped.Calls)
		p.TotalNS = append(p.TotalNS, fig.counted.TotalNS+fig.dropped.TotalNS)
		p.MaxNS = append(p.MaxNS, max(fig.counted.MaxNS, fig.dropped.MaxNS))
		p.Modes = append(p.Modes, fig.told)
	}
	f.fresh = append(f.fresh[:0], f.fresh[n:]...)
	return p
}
