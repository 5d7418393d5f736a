package bigstore

import (
	"fmt"
	"math/rand/v2"

	"goapptrace/protocol"
)

// What a batch brings along.
const (
	batchEvents  = 4096
	batchDetails = 16 // arguments of single calls
	batchErrors  = 4  // texts of errors, where there are any
)

// program is what makes events: goroutines that take turns of some calls each, go up and down through a graph of functions, and
// never come back from the function that they began with.
type program struct {
	rng     *rand.Rand
	now     int64 // ns since it began
	levels  []level
	stacks  [][]frame // of the goroutines, the first one's ID being 1
	seq     uint64
	details protocol.DetailsPacket
}

// level is the functions of one depth: the IDs from first to first+n-1.
type level struct{ first, n uint64 }

// frame is an open call.
type frame struct {
	fn    uint64
	start int64
}

// deepest is how deep calls are nested, entries how many functions goroutines begin with.
const deepest, entries = 8, 64

// newProgram shares the functions out among the levels: each has four times as many as the one above, as long as there are some.
func newProgram(functions, goroutines int) *program {
	p := &program{rng: rand.New(rand.NewPCG(1, 2)), stacks: make([][]frame, goroutines)}
	rest, next, first := uint64(functions), uint64(min(entries, functions/deepest)), uint64(1)
	for len(p.levels) < deepest-1 {
		n := min(next, rest/uint64(deepest-len(p.levels)))
		p.levels = append(p.levels, level{first, n})
		first, rest, next = first+n, rest-n, 4*next
	}
	p.levels = append(p.levels, level{first, rest})
	return p
}

// introduction is what the program says of its functions and goroutines.
func (p *program) introduction() (packets []protocol.Packet) {
	last := p.levels[deepest-1]
	const each = 8192
	for id, functions := uint64(1), last.first+last.n-1; id <= functions; {
		symbols := new(protocol.Symbols)
		for ; id <= functions && len(symbols.Funcs) < each; id++ {
			symbols.Funcs = append(symbols.Funcs, &protocol.FuncSymbol{ID: id, Name: name(id), File: "/home/ada/busy/file.go"})
			symbols.FuncStatus = append(symbols.FuncStatus, &protocol.FuncStatus{ID: id, Func: id, Line: id})
		}
		packets = append(packets, &protocol.SymbolPacket{Symbols: symbols})
	}
	origins := new(protocol.GoroutinesPacket)
	for site := range p.levels[0].n {
		origins.SiteIDs = append(origins.SiteIDs, site+1)
		origins.Entries = append(origins.Entries, name(p.entry(site)))
		origins.Creators, origins.Files = append(origins.Creators, "main.main"), append(origins.Files, "/home/ada/busy/main.go")
		origins.Lines = append(origins.Lines, 10+site)
	}
	for g := range uint64(len(p.stacks)) {
		origins.IDs, origins.Parents = append(origins.IDs, g+1), append(origins.Parents, 1)
		origins.Sites = append(origins.Sites, 1+g%p.levels[0].n)
	}
	return append(packets, origins)
}

func name(id uint64) protocol.Text {
	return protocol.Text(fmt.Sprintf("example.com/busy/internal/pkg%d.(*Type%d).Method%d", id%500, id%5000, id))
}

// entry is the function that goroutine g+1 begins with.
func (p *program) entry(g uint64) uint64 { return p.levels[0].first + g%p.levels[0].n }

// callee is one of the four functions that fn, of a level, calls: the first of them in every other call.
func (p *program) callee(depth int, fn uint64) uint64 {
	from, to := p.levels[depth], p.levels[depth+1]
	which := min(uint64(p.rng.IntN(8))*uint64(p.rng.IntN(2)), 3)
	return to.first + ((fn-from.first)*4+which)%to.n
}

// batch is the packets of the time until end: events, and what is told of some of their calls.
func (p *program) batch(end int64) []protocol.Packet {
	var b protocol.BatchBuilder
	begin := p.now
	p.details = protocol.DetailsPacket{}
	for b.Len() < batchEvents {
		g := p.rng.IntN(len(p.stacks))
		if p.seq == 0 && b.Len() < len(p.stacks) {
			g = b.Len() // each begins
		}
		for range min(1+p.rng.IntN(12), batchEvents-b.Len()) {
			p.now = begin + (end-begin)*int64(b.Len()+1)/batchEvents
			b.Add(p.event(g))
			if p.seq == 0 && b.Len() < len(p.stacks) {
				break
			}
		}
	}
	p.seq++
	packets := []protocol.Packet{b.Packet(p.seq, end), &p.details}
	if p.seq%4 == 0 {
		packets = append(packets, &protocol.LogPacket{
			Time: end, G: 1 + p.seq%uint64(len(p.stacks)), Stream: "slog", Level: "INFO", Message: "request served",
			Keys: []protocol.Text{"path", "status"}, Values: []protocol.Text{"/orders", "200"},
		})
	}
	return packets
}

// event is the next one of goroutine g+1. About one call of 200 fails.
func (p *program) event(g int) protocol.Event {
	e := protocol.Event{Time: p.now, G: uint64(g + 1)}
	st := p.stacks[g]
	depth := len(st)
	if depth == deepest || depth > 1 && p.rng.IntN(10) < depth {
		top := st[depth-1]
		p.stacks[g] = st[:depth-1]
		e.Kind, e.Func = protocol.Leave, top.fn
		if p.rng.IntN(200) == 0 {
			e.Kind = protocol.LeaveError
			p.tell(g, top.start, protocol.DetailError, "store: no row with that key", batchDetails+batchErrors)
		}
		return e
	}
	e.Func = p.entry(uint64(g))
	if depth > 0 {
		e.Func = p.callee(depth-1, st[depth-1].fn)
	}
	p.stacks[g] = append(st, frame{e.Func, p.now})
	p.tell(g, p.now, protocol.DetailArgs, "ctx=…, id=17, name=\"anchor\"", batchDetails)
	return e
}

// tell says something of a call, while there are few details yet.
func (p *program) tell(g int, start int64, kind byte, text protocol.Text, most int) {
	d := &p.details
	if len(d.Gs) >= most {
		return
	}
	d.Gs, d.Starts = append(d.Gs, uint64(g+1)), append(d.Starts, start)
	d.Kinds, d.Texts = append(d.Kinds, kind), append(d.Texts, text)
}
