package agent

import (
	"runtime"
	"strings"

	"goapptrace/protocol"
	"goapptrace/tracee/hook"
)

// symbolTable holds what is known of the functions called so far: index i is ID i+1.
type symbolTable struct {
	all     []symbol
	changes int // of modes
}

// symbol is a function as the runtime knows it.
type symbol struct {
	fn    *hook.Func
	name  string // "example.com/shop/store.(*DB).Load"
	pkg   string // "example.com/shop/store"
	file  string
	line  int // where it begins
	entry uintptr

	detail hook.Detail
	pinned bool // by the user: the agent doesn't change the detail
}

// update looks up the functions that are new, and returns all symbols.
func (t *symbolTable) update(funcs []*hook.Func) []symbol {
	for _, f := range funcs[len(t.all):] {
		t.all = append(t.all, resolve(f))
		t.changes++
	}
	return t.all
}

// reset leaves every function to the agent again.
func (t *symbolTable) reset() {
	for i := range t.all {
		t.choose(&t.all[i], choice{})
	}
}

// choose has a function traced as the user wishes.
func (t *symbolTable) choose(s *symbol, c choice) {
	if s.pinned != c.pinned {
		s.pinned = c.pinned
		s.fn.Pin(c.pinned)
		t.changes++
	}
	t.setDetail(s, c.detail)
}

// mode is how the function is traced, as a CountersPacket tells it.
func (s *symbol) mode() byte {
	if s.detail == hook.Count && !s.pinned {
		return protocol.FuncHeld
	}
	return byte(s.detail)
}

func (t *symbolTable) setDetail(s *symbol, d hook.Detail) {
	if s.detail == d && s.fn.Detail() == d {
		return
	}
	s.detail = d
	s.fn.SetDetail(d)
	t.changes++
}

// shed notes that the hooks have a function counted. It says whether that was theirs to decide.
func (t *symbolTable) shed(s *symbol) bool {
	if s.pinned { // just then
		t.setDetail(s, s.detail)
		return false
	}
	t.setDetail(s, hook.Count)
	return true
}

func resolve(f *hook.Func) symbol {
	frame, _ := runtime.CallersFrames([]uintptr{f.PC()}).Next()
	s := symbol{fn: f, name: frame.Function, file: frame.File, line: frame.Line, entry: frame.Entry, detail: f.Detail()}
	s.pinned = s.detail != hook.Full && !f.Shed() // by the environment: nobody else knew it
	if frame.Func != nil {
		s.file, s.line = frame.Func.FileLine(frame.Entry)
	}
	s.pkg = packageOf(s.name)
	return s
}

// packageOf is the import path in a function's name: what comes before the first dot behind the last slash. The
// linker writes a dot there as %2e.
func packageOf(name string) string {
	if bracket := strings.IndexByte(name, '['); bracket >= 0 {
		name = name[:bracket] // type arguments may have slashes
	}
	slash := strings.LastIndexByte(name, '/') + 1
	base, _, _ := strings.Cut(name[slash:], ".")
	return name[:slash] + strings.ReplaceAll(base, "%2e", ".")
}

// symbolPacket announces as many of the symbols as fit into a packet, at least one, and returns their number.
func symbolPacket(symbols []symbol) (*protocol.SymbolPacket, int) {
	p := &protocol.Symbols{}
	size := 0
	for _, s := range symbols {
		id := uint64(s.fn.ID())
		p.Funcs = append(p.Funcs, &protocol.FuncSymbol{
			ID: id, Name: protocol.Text(s.name), File: protocol.Text(s.file), Entry: s.entry,
		})
		p.FuncStatus = append(p.FuncStatus, &protocol.FuncStatus{
			ID: id, Func: id, Line: uint64(s.line), PC: s.fn.PC(),
		})
		if size += len(s.name) + len(s.file); size >= maxSymbolBytes {
			break
		}
	}
	return &protocol.SymbolPacket{Symbols: p}, len(p.Funcs)
}
