package model

import (
	"errors"
	"strconv"
	"strings"

	"goapptrace/protocol"
)

// Bounds on what a tracee can make us keep.
const (
	maxFunctions  = 1 << 17 // further ones share the first row
	denseIDs      = 1 << 18 // function IDs below are found through a slice of 4 bytes each, others through a map
	maxName       = 4096    // bytes of one name or file
	maxNameBytes  = 64 << 20
	overflowIndex = 0 // the row of functions beyond maxFunctions or without symbol
)

var errNilSymbol = errors.New("a symbol without contents")

// function is what the calls of one function add up to. It is touched by every event, and kept apart from names.
type function struct {
	calls   uint64 // streamed
	open    uint64
	unknown uint64 // calls whose end was lost
	panics  uint64
	errors  uint64
	touched uint64 // calls that were open while events were lost
	total   int64  // ns of the outermost calls, those that the function's own recursion did not make
	nested  int64  // ns of the other calls
	self    int64
	took    Histogram // of the calls that total and nested are of
	max     int64
	maxCall uint64
	lost    uint64
	rate    meter
	counted tally
	mode    byte
}

// tally is what the calls add up to that the tracee counted and did not stream. Times are in ns.
type tally struct {
	calls      uint64
	total, max int64
}

// begun is how many calls there were.
func (f *function) begun() uint64 { return f.calls + f.counted.calls }

// finished is how many calls' durations are known.
func (f *function) finished() uint64 { return f.begun() - f.open - f.unknown }

// longest is the duration of the longest call, and its number, 0 when it was counted.
func (f *function) longest() (lasted int64, seq uint64) {
	if f.counted.max > f.max {
		return f.counted.max, 0
	}
	return f.max, f.maxCall
}

// shares are the quantiles of durations that are told.
var shares = [...]float64{0.5, 0.9, 0.99}

// percentile is the duration in ns of the streamed calls at the share of that index.
func (f *function) percentile(i int) int64 { return f.took.Quantile(shares[i], f.max) }

// symbol is what a function is called.
type symbol struct {
	id    uint64
	name  protocol.Text
	file  protocol.Text
	line  uint64
	lower string // name in lower case, for filters
}

// functionTable gives functions small indexes, in the order in which they were first heard of.
type functionTable struct {
	stats   []function
	symbols []symbol
	dense   []uint32          // ID to index; 0 for none
	sparse  map[uint64]uint32 // the same for large IDs
	bytes   int               // of all names
	took    int               // bytes of all histograms
	trends  trends
	renamed uint64 // grows when a name changes
	again   uint64 // the same, but for the first name of a function
	counted uint64 // calls of all functions that the tracee counted

	lines map[uint64]uint32 // 1.0: FuncStatus ID to index
}

func newFunctionTable() functionTable {
	return functionTable{
		stats:   make([]function, 1),
		symbols: []symbol{overflowIndex: {name: "(other functions)", lower: "(other functions)"}},
		sparse:  map[uint64]uint32{},
		lines:   map[uint64]uint32{},
	}
}

// index finds the function with the ID, or enters it.
func (t *functionTable) index(id uint64) uint32 {
	if id < uint64(len(t.dense)) {
		if i := t.dense[id]; i != 0 {
			return i
		}
	}
	return t.enter(id)
}

// known is the index of the function with the ID, that of the others when nobody has named it.
func (t *functionTable) known(id uint64) uint32 {
	if id < uint64(len(t.dense)) {
		return t.dense[id]
	}
	return t.sparse[id]
}

func (t *functionTable) enter(id uint64) uint32 {
	if i := t.sparse[id]; i != 0 {
		return i
	}
	if len(t.stats) >= maxFunctions {
		return overflowIndex
	}
	i := uint32(len(t.stats))
	t.stats = append(t.stats, function{})
	name := "function " + strconv.FormatUint(id, 10)
	t.symbols = append(t.symbols, symbol{id: id, name: protocol.Text(name), lower: name})
	t.bytes += len(name)
	if id >= denseIDs {
		t.sparse[id] = i
		return i
	}
	for uint64(len(t.dense)) <= id {
		t.dense = append(t.dense, 0)
	}
	t.dense[id] = i
	return i
}

// add enters the symbols of a packet and returns how many functions they name.
func (t *functionTable) add(s *protocol.Symbols, version protocol.Version) (int, error) {
	if s == nil {
		return 0, nil
	}
	for _, f := range s.Funcs {
		if f == nil {
			return 0, errNilSymbol
		}
		t.name(f)
	}
	for _, st := range s.FuncStatus {
		if st == nil {
			return 0, errNilSymbol
		}
		t.status(st, version)
	}
	return len(s.Funcs), nil
}

func (t *functionTable) name(f *protocol.FuncSymbol) {
	had := uint32(len(t.symbols))
	i := t.index(f.ID)
	if i == overflowIndex {
		return
	}
	s := &t.symbols[i]
	name, file := clip(f.Name, maxName), clip(f.File, maxName)
	more := len(name) + len(file) - len(s.name) - len(s.file)
	if name == "" || t.bytes+more > maxNameBytes {
		return
	}
	t.bytes += more
	s.name, s.file, s.lower = name, file, strings.ToLower(string(name))
	t.renamed++
	if i < had {
		t.again++
	}
}

// status records where a function begins, and, for 1.0, which function the ID stands for.
func (t *functionTable) status(st *protocol.FuncStatus, version protocol.Version) {
	i := t.index(st.Func)
	if i == overflowIndex {
		return
	}
	if s := &t.symbols[i]; s.line == 0 {
		s.line = st.Line
	}
	if version.Minor == 0 && len(t.lines) < maxFunctions {
		t.lines[st.ID] = i
	}
}

// count takes in what the calls of a function add up to that were counted since the connection began. Sums only grow.
func (t *functionTable) count(fn uint32, all tally) {
	f := &t.stats[fn].counted
	t.counted += max(all.calls, f.calls) - f.calls
	*f = tally{calls: max(all.calls, f.calls), total: max(all.total, f.total), max: max(all.max, f.max)}
}

// forget drops what is known of how long single calls took: percentiles begin anew.
func (t *functionTable) forget() {
	for i := range t.stats {
		t.stats[i].took = Histogram{}
	}
	t.took = 0
}

// held is how many bytes histograms and trends take.
func (t *functionTable) held() int { return t.took + t.trends.bytes() }

// atLine is the function that a FuncStatus ID of 1.0 lies in.
func (t *functionTable) atLine(id uint64) uint32 { return t.lines[id] }

// clip shortens a stranger's text to at most n bytes.
func clip(s protocol.Text, n int) protocol.Text {
	if len(s) <= n {
		return s
	}
	return protocol.Text(strings.Clone(string(s[:n])))
}
