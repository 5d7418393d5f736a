package instrument

import (
	"bytes"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"hash/fnv"
	"path/filepath"
	"slices"
	"strconv"
)

// The names that inserted code uses. They are long enough not to meet a user's.
const (
	hookName  = "goapptraceHook"
	tokenName = "goapptraceT"
	tableName = "goapptraceF"
)

// RewriteOptions says what to insert into a file.
type RewriteOptions struct {
	// Prefix is the import path below which the packages hook and agent are found.
	Prefix string

	// Main makes func main of package main announce its end, which is that of the program.
	Main bool

	// TestMain adds a func TestMain to a test file, so that the end of a test binary is announced.
	TestMain bool

	// All hooks leaf functions too: small ones that the compiler would put in line.
	All bool

	// Args holds patterns of names of functions or packages, in which * stands for any text. The arguments and results of functions
	// that match are told, and leaf functions that match have a hook, unless only "*" matches.
	Args []string

	// Package is the file's package in names of functions, for Args: its import path, or main.
	Package string
}

// Rewritten is a file with hooks.
type Rewritten struct {
	Source  []byte   // the input itself when nothing was inserted
	Hooked  int      // functions, methods and function literals that have a hook now
	Leaves  int      // leaf functions that have none
	Skipped int      // those with a body that must stay without
	Names   []string // of those with a hook, as stack traces print them
}

// Rewrite inserts hooks into the Go file src. It inserts text on lines that exist already (and a
// table behind the last one), so every line keeps its number. The name tells files of a package
// apart and appears in errors. An error is src's own: it doesn't parse. What the package's other files declare
// isn't known here, and taken for the language's own; [NewPlan] looks at them.
func Rewrite(name string, src []byte, opts RewriteOptions) (Rewritten, error) {
	file, err := parseSource(name, src)
	if err != nil {
		return Rewritten{}, err
	}
	declared := make(scope)
	declared.add(file.ast)
	return file.rewrite(declared, opts), nil
}

// source is a parsed file.
type source struct {
	name string
	text []byte
	tok  *token.File
	ast  *ast.File

	embedded bool // the program can see the text
}

func parseSource(name string, src []byte) (*source, error) {
	fset := token.NewFileSet()
	file, err := parser.ParseFile(fset, name, src, parser.ParseComments)
	if err != nil {
		return nil, fmt.Errorf("rewrite %q: %w", name, err)
	}
	return &source{name: name, text: src, tok: fset.File(file.FileStart), ast: file}, nil
}

// rewrite inserts hooks. The scope is that of the file's package.
func (s *source) rewrite(declared scope, opts RewriteOptions) Rewritten {
	r := &rewriter{
		opts:    opts,
		tok:     s.tok,
		scope:   declared,
		table:   tableName + strconv.FormatUint(nameHash(s.name), 16),
		testing: testingName(s.name, s.ast),
		exits:   newExits(s.ast),
		delayed: make(map[*ast.CallExpr]bool),
		started: make(map[*ast.FuncLit]bool),
		pragmas: pragmas(s.ast),
		within:  &place{name: symbolPath(opts.Package) + ".init"},
	}
	r.file(s.ast)
	out := Rewritten{Source: s.text, Hooked: r.hooked, Leaves: r.leaves, Skipped: r.skipped, Names: r.names}
	if len(r.edits) > 0 {
		out.Source = apply(s.text, r.edits)
	}
	return out
}

// nameHash tells the tables of a package's files apart, wherever the package lies.
func nameHash(name string) uint64 {
	h := fnv.New64a()
	h.Write([]byte(filepath.Base(name)))
	return h.Sum64()
}

// rewriter collects the edits of one file.
type rewriter struct {
	opts    RewriteOptions
	tok     *token.File
	scope   scope
	table   string
	testing string // name of package testing
	exits   exits
	delayed map[*ast.CallExpr]bool // calls of defer and go statements
	started map[*ast.FuncLit]bool  // literals that are goroutines
	pragmas map[*ast.FuncDecl]pragma
	within  *place
	valued  bool // arguments or results are told

	edits   []edit
	names   []string // of what is hooked
	hooked  int
	leaves  int
	skipped int
}

// edit is text to insert at a byte offset.
type edit struct {
	offset int
	text   string
}

func (r *rewriter) insert(at token.Pos, format string, args ...any) {
	r.edits = append(r.edits, edit{r.tok.Offset(at), fmt.Sprintf(format, args...)})
}

func (r *rewriter) file(file *ast.File) {
	for _, decl := range file.Decls {
		if fn, ok := decl.(*ast.FuncDecl); ok {
			r.function(file, fn)
		} else {
			ast.Inspect(decl, r.node)
		}
	}
	tail := ""
	if r.hooked > 0 {
		tail = fmt.Sprintf("\nvar %s [%d]%s.Func\n", r.table, r.hooked, hookName)
	}
	if r.leaves > 0 {
		tail += fmt.Sprintf("\nvar _ = %s.Unhooked(%d)\n", hookName, r.leaves)
	}
	imports := fmt.Sprintf(`; import %s %q; import _ %q`, hookName, r.opts.Prefix+"/hook", r.opts.Prefix+"/agent")
	if r.valued {
		imports += fmt.Sprintf(`; import %s %q`, valuesName, r.opts.Prefix+"/values")
	}
	if r.opts.TestMain {
		imports += `; import goapptraceTesting "testing"`
		tail += "\nfunc TestMain(m *goapptraceTesting.M) { " + hookName + ".Exiting(m.Run()) }\n"
	}
	if len(r.edits) == 0 && tail == "" {
		return
	}
	r.insert(file.Name.End(), "%s", imports)
	r.insert(file.FileEnd, "%s", tail)
}

func (r *rewriter) function(file *ast.File, fn *ast.FuncDecl) {
	if fn.Body == nil {
		return
	}
	if fn.Name.Name == "_" || r.pragmas[fn] == hookless {
		r.skipped++
		return
	}
	if r.announcesEnd(file, fn) {
		r.insert(fn.Body.Lbrace+1, " defer %s.MainDone();", hookName)
	}
	name := functionName(symbolPath(r.opts.Package), fn)
	r.hook(function{name, fn.Recv, fn.Type, fn.Body}, r.mustHook(file, fn))
	r.inside(&place{name: name}, fn.Body)
}

// inside handles what lies in a function.
func (r *rewriter) inside(of *place, body *ast.BlockStmt) {
	outer := r.within
	r.within = of
	ast.Inspect(body, r.node)
	r.within = outer
}

// announcesEnd reports whether the program ends with fn.
func (r *rewriter) announcesEnd(file *ast.File, fn *ast.FuncDecl) bool {
	if fn.Recv != nil {
		return false
	}
	if isTestMain(fn) {
		return isTestFile(r.tok.Name())
	}
	return r.opts.Main && file.Name.Name == "main" && fn.Name.Name == "main"
}

// function is a function, a method or a function literal.
type function struct {
	name     string // see place
	receiver *ast.FieldList
	typ      *ast.FuncType
	body     *ast.BlockStmt
}

// hook makes a function record its calls, unless it is a leaf that need not be hooked. The text names nothing that the
// language declares, nil for one: a program may have other uses for such names.
func (r *rewriter) hook(fn function, must bool) {
	span := r.spanOf(fn.typ)
	values, chosen := r.wantsValues(fn.name)
	if !must && !chosen && span == "" && !r.opts.All && r.isLeaf(fn.body) {
		r.leaves++
		return
	}
	begin, end := "", tokenName+".Leave()"
	switch {
	case lacksResults(fn): // it would compile if the results had names
	case values:
		begin, end = r.values(fn)
	case r.returnsError(fn.typ):
		names := r.nameResults(fn.typ, false)
		end = tokenName + ".LeaveError(&" + names[len(names)-1] + ")"
	}
	if span != "" {
		begin += fmt.Sprintf(" %s.Span(%s);", tokenName, span)
	}
	r.insert(fn.body.Lbrace+1, " if %[1]s := %[2]s.Enter(&%[3]s[%[4]d]); %[1]s.Open() {%[5]s defer %[6]s };",
		tokenName, hookName, r.table, r.hooked, begin, end)
	r.hooked++
	r.names = append(r.names, fn.name)
}

// node handles what may lie at any depth: function literals, and calls that end the program.
func (r *rewriter) node(n ast.Node) bool {
	switch n := n.(type) {
	case *ast.FuncLit:
		literal := r.within.nextLiteral()
		r.hook(function{literal.name, nil, n.Type, n.Body}, r.started[n])
		r.inside(literal, n.Body)
		return false
	case *ast.DeferStmt:
		r.later(n.Call)
	case *ast.GoStmt:
		r.later(n.Call)
		if lit, ok := n.Call.Fun.(*ast.FuncLit); ok {
			r.started[lit] = true
		}
	case *ast.CallExpr:
		r.ending(n)
	}
	return true
}

// apply inserts the edits. Those at one offset keep the order in which they were made.
func apply(src []byte, edits []edit) []byte {
	slices.SortStableFunc(edits, func(a, b edit) int { return a.offset - b.offset })
	var out bytes.Buffer
	out.Grow(len(src) + 128*len(edits))
	last := 0
	for _, e := range edits {
		out.Write(src[last:e.offset])
		out.WriteString(e.text)
		last = e.offset
	}
	out.Write(src[last:])
	return out.Bytes()
}
