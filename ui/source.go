package ui

import (
	"errors"
	"go/ast"
	"go/parser"
	"go/scanner"
	"go/token"
	"io"
	"os"
	"path/filepath"
	"strings"
	"time"

	"goapptrace/protocol"
)

// Bounds on what is read and shown of source files.
const (
	maxSource    = 4 << 20 // bytes of a file
	maxExcerpt   = 200     // lines of a function
	maxCallSites = 3       // shown of a function
)

// source is a file of Go source.
type source struct {
	text    []byte
	changed time.Time
	fset    *token.FileSet
	file    *token.File
	tree    *ast.File // of what could be understood
}

var (
	errNoPlace  = errors.New("where its source lies is not known")
	errNoSource = errors.New("is not on this machine")
	errNoGo     = errors.New("is no Go source file")
	errTooLong  = errors.New("is too long to be shown")
)

// readSource reads a file that a tracee named. It takes its time: not for the screen's own goroutine.
func readSource(name string) (*source, error) {
	if !filepath.IsAbs(name) {
		return nil, errNoPlace
	}
	info, err := os.Stat(name)
	switch {
	case errors.Is(err, os.ErrNotExist):
		return nil, errNoSource
	case err != nil:
		return nil, err
	case !info.Mode().IsRegular() || filepath.Ext(name) != ".go":
		return nil, errNoGo
	case info.Size() > maxSource:
		return nil, errTooLong
	}
	f, err := os.Open(name)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	text, err := io.ReadAll(io.LimitReader(f, maxSource))
	if err != nil {
		return nil, err
	}
	return newSource(text, info.ModTime()), nil
}

func newSource(text []byte, changed time.Time) *source {
	s := &source{text: text, changed: changed, fset: token.NewFileSet()}
	s.tree, _ = parser.ParseFile(s.fset, "", text, parser.SkipObjectResolution|parser.ParseComments)
	s.fset.Iterate(func(f *token.File) bool {
		s.file = f
		return false
	})
	return s
}

// line is the number of a position's line, whatever comments say.
func (s *source) line(p token.Pos) int { return s.file.PositionFor(p, false).Line }

// function is the innermost function on a line, nil for none.
func (s *source) function(line int) (found ast.Node) {
	ast.Inspect(s.tree, func(n ast.Node) bool {
		if n == nil || s.line(n.Pos()) > line || s.line(n.End()) < line {
			return false
		}
		switch n.(type) {
		case *ast.FuncDecl, *ast.FuncLit:
			if found == nil || s.line(found.Pos()) != line { // of those that begin there, the outermost
				found = n
			}
		}
		return true
	})
	return found
}

// callsIn are the lines of a function on which something with a name is called.
func (s *source) callsIn(function ast.Node, name string) (lines []int) {
	ast.Inspect(function, func(n ast.Node) bool {
		call, ok := n.(*ast.CallExpr)
		if !ok {
			return true
		}
		if at := calledName(call.Fun); at != nil && at.Name == name {
			lines = append(lines, s.line(at.Pos()))
		}
		return true
	})
	return lines
}

// calledName is the last name of what is called, nil if it has none.
func calledName(e ast.Expr) *ast.Ident {
	switch e := e.(type) {
	case *ast.Ident:
		return e
	case *ast.SelectorExpr:
		return e.Sel
	case *ast.IndexExpr:
		return calledName(e.X)
	case *ast.IndexListExpr:
		return calledName(e.X)
	}
	return nil
}

// lastName is the name of a function without its package and receiver; empty for one that has none.
func lastName(name protocol.Text) string {
	full := strings.TrimSuffix(string(name), "[...]")
	last := full[strings.LastIndexByte(full, '.')+1:]
	if rest := strings.TrimPrefix(last, "func"); rest != last && strings.Trim(rest, "0123456789") == "" {
		return ""
	}
	return last
}

// codeKind is what a piece of source is.
type codeKind uint8

const (
	codePlain codeKind = iota
	codeKeyword
	codeComment
	codeString
	codeNumber
	codeBuiltin
)

// codePart is a piece of a line.
type codePart struct {
	kind codeKind
	text string
}

// excerpt takes lines out of the file, from the first one up to the last one, as far as there are any.
func (s *source) excerpt(first, last int) [][]codePart {
	w := codeWriter{first: first, last: last, line: 1}
	var scan scanner.Scanner
	file := token.NewFileSet().AddFile("", -1, len(s.text))
	scan.Init(file, s.text, nil, scanner.ScanComments)
	kind, at := codePlain, 0
	for w.line <= last { // each token up to the next one: there are only spaces between
		pos, tok, literal := scan.Scan()
		to := len(s.text)
		if tok != token.EOF {
			to = file.Offset(pos)
		}
		w.write(kind, string(s.text[at:to]))
		if tok == token.EOF {
			break
		}
		kind, at = codeKindOf(tok, literal), to
	}
	return w.lines
}

// codeWriter keeps some of the lines that are written to it.
type codeWriter struct {
	first, last, line int
	lines             [][]codePart
}

func (w *codeWriter) write(kind codeKind, text string) {
	for part := range strings.SplitAfterSeq(text, "\n") {
		part, ended := strings.CutSuffix(part, "\n")
		if w.line >= w.first && w.line <= w.last && (part != "" || ended) {
			if len(w.lines) <= w.line-w.first {
				w.lines = append(w.lines, nil)
			}
			if part != "" {
				w.lines[w.line-w.first] = append(w.lines[w.line-w.first], codePart{kind, part})
			}
		}
		if ended {
			w.line++
		}
	}
}

func codeKindOf(tok token.Token, literal string) codeKind {
	switch {
	case tok.IsKeyword():
		return codeKeyword
	case tok == token.COMMENT:
		return codeComment
	case tok == token.STRING || tok == token.CHAR:
		return codeString
	case tok == token.INT || tok == token.FLOAT || tok == token.IMAG:
		return codeNumber
	case tok == token.IDENT && builtins[literal]:
		return codeBuiltin
	}
	return codePlain
}

// builtins are the names that every Go file knows.
var builtins = func() map[string]bool {
	names := map[string]bool{}
	for _, name := range strings.Fields(`any bool byte comparable complex64 complex128 error float32 float64 int int8 int16 int32
		int64 rune string uint uint8 uint16 uint32 uint64 uintptr true false iota nil append cap clear close complex copy delete
		imag len make max min new panic print println real recover`) {
		names[name] = true
	}
	return names
}()
