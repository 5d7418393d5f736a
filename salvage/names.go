package salvage

import (
	"debug/elf"
	"debug/gosym"
	"errors"
	"fmt"
	"io"
	"strings"

	"goapptrace/protocol"
)

// names are the functions of an executable, by the addresses that they had in the process.
type names struct {
	table *gosym.Table
	shift uint64 // of the process against the table
}

// anchorFunction is the one whose address the program has noted: it tells where the executable was loaded.
const anchorFunction = "runtime.Stack"

var errNoTable = errors.New("the executable has no table of functions")

func readNames(executable io.ReaderAt, anchor uint64) (n *names, err error) {
	defer func() {
		if r := recover(); r != nil {
			err = fmt.Errorf("read the names of functions: %v", r)
		}
	}()
	exe, err := elf.NewFile(executable)
	if err != nil {
		return nil, fmt.Errorf("read the names of functions: %w", err)
	}
	lines, err := lineTable(exe)
	if err != nil {
		return nil, err
	}
	// Where the text begins doesn't matter: the anchor tells by how much all is off.
	table, err := gosym.NewTable(nil, gosym.NewLineTable(lines, 0))
	if err != nil {
		return nil, fmt.Errorf("read the names of functions: %w", err)
	}
	f := table.LookupFunc(anchorFunction)
	if f == nil {
		return nil, errNoTable
	}
	return &names{table, anchor - f.Entry}, nil
}

func lineTable(exe *elf.File) ([]byte, error) {
	for _, s := range exe.Sections {
		if strings.HasSuffix(s.Name, ".gopclntab") {
			return s.Data()
		}
	}
	return nil, errNoTable
}

// add adds the function's symbol to those of a packet, if it has one.
func (n *names) add(p *protocol.Symbols, fn *function) (found bool) {
	defer func() {
		if recover() != nil {
			found = false
		}
	}()
	f := n.table.PCToFunc(fn.pc - 1 - n.shift) // the PC is a return address
	if f == nil {
		return false
	}
	file, line, _ := n.table.PCToLine(f.Entry)
	p.Funcs = append(p.Funcs, &protocol.FuncSymbol{
		ID: fn.id, Name: protocol.Text(f.Name), File: protocol.Text(file), Entry: uintptr(f.Entry + n.shift),
	})
	p.FuncStatus = append(p.FuncStatus, &protocol.FuncStatus{ID: fn.id, Func: fn.id, Line: uint64(max(line, 0)), PC: uintptr(fn.pc)})
	return true
}
