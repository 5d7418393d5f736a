package instrument

import (
	"go/ast"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"
)

// TestLeaves guards which functions are left alone. A function that isn't has a hook.
func TestLeaves(t *testing.T) {
	tests := map[string]struct {
		in   string
		leaf bool
	}{
		"empty":                     {"func f() {}", true},
		"getter":                    {"func (t *T) f() int { return t.n }", true},
		"setter":                    {"func (t *T) f(n int) { t.n = n }", true},
		"arithmetic":                {"func f(a, b int) int { if a > b { return a - b }; return b - a }", true},
		"switch":                    {"func f(a int) string { switch a { case 1: return \"one\"; default: return \"many\" } }", true},
		"composite":                 {"func f() *T { return &T{n: 1} }", true},
		"builtins":                  {"func f(a []int) []int { return append(a, len(a), max(1, cap(a))) }", true},
		"conversion":                {"func f(a []byte) string { return string(a) }", true},
		"conversion to a slice":     {"func f(a string) []byte { return []byte(a) }", true},
		"conversion, own type":      {"type N int\nfunc f(a int) N { return N(a) }", true},
		"conversion, generic type":  {"type N[T any] []T\nfunc f(a []int) N[int] { return N[int](a) }", true},
		"conversion, type variable": {"func f[T ~int](a int) T { return T(a) }", true},
		"conversion, pointer":       {"type N int\nfunc f(a *int) *N { return (*N)(a) }", true},
		"conversion, unsafe":        {"func f(a *int) unsafe.Pointer { return unsafe.Pointer(a) }", true},
		"call":                      {"func f() { g() }", false},
		"call of a method":          {"func f(t T) { t.g() }", false},
		"call of a variable":        {"func f(g func()) { g() }", false},
		"call through a pointer":    {"func f(g *func()) { (*g)() }", false},
		"call of another package":   {"func f() { p.F() }", false},
		"call, generic":             {"func g[T any]() {}\nfunc f() { g[int]() }", false},
		"builtin redeclared":        {"func len(a int) int { return a }\nfunc f() int { return len(1) }", false},
		"type redeclared":           {"func f(string func()) { string() }", false},
		"loop":                      {"func f() { for {} }", false},
		"range":                     {"func f(a []int) { for range a {} }", false},
		"goto":                      {"func f() { a: goto a }", false},
		"defer":                     {"func f() { defer len(a) }", false},
		"go":                        {"func f() { go g() }", false},
		"select":                    {"func f() { select {} }", false},
		"send":                      {"func f(c chan int) { c <- 1 }", false},
		"receive":                   {"func f(c chan int) int { return <-c }", false},
		"panic":                     {"func f() { panic(1) }", false},
		"recover":                   {"func f() { recover() }", false},
		"literal":                   {"func f() func() { return func() {} }", false},
		"local type":                {"func f() { type n int }", false},
		"large":                     {"func f(a []int) { a[0]++" + strings.Repeat("; a[1] = a[2] + 1", 20) + " }", false},
		"main":                      {"func main() {}", false},
		"a method main":             {"func (T) main() {}", true},
		"init":                      {"func init() {}", false},
		"noinline":                  {"//go:noinline\nfunc f() {}", false},
		"for C":                     {"//export f\nfunc f() {}", false},
		"test":                      {"func TestX(t *T) {}", false},
		"example":                   {"func Example() {}", false},
		"literal of a variable":     {"var f = func() {}", true},
		"literal with a test":       {"import \"testing\"\nvar f = func(t *testing.T) {}", false},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			out, err := Rewrite("x_test.go", []byte("package main\n"+test.in), RewriteOptions{Prefix: "m"})
			if err != nil {
				t.Fatal(err)
			}
			text := string(out.Source)
			at := strings.LastIndex(text, "func")
			if i := strings.LastIndex(text, "func f"); i >= 0 {
				at = i
			}
			body := text[at:]
			if leaf := !strings.Contains(strings.SplitN(body, "\nvar ", 2)[0], "goapptraceT"); leaf != test.leaf {
				t.Errorf("leaf: %v, want %v:\n%s", leaf, test.leaf, text)
			}
		})
	}
}

// TestLeavesAreInlined asks the compiler: nearly all that is left without a hook should be put in line.
func TestLeavesAreInlined(t *testing.T) {
	if testing.Short() {
		t.Skip("builds packages")
	}
	packages := []string{"go/ast", "go/token", "go/types", "net/http", "encoding/json", "html/template", "text/template/parse", "math/big", "image/color"}
	args := append([]string{"build", "-gcflags=-m"}, packages...)
	said, err := exec.Command("go", args...).CombinedOutput()
	if err != nil {
		t.Fatalf("%v\n%s", err, said)
	}
	inlined := make(map[string]bool)
	for _, m := range regexp.MustCompile(`(?m)([^/\n]+/[^/\n]+\.go:\d+):\d+: can inline`).FindAllSubmatch(said, -1) {
		inlined[string(m[1])] = true
	}
	out, err := exec.Command("go", append([]string{"list", "-f={{range .GoFiles}}{{$.Dir}}/{{.}}\n{{end}}"}, packages...)...).Output()
	if err != nil {
		t.Fatal(err)
	}
	leaves, missed := 0, 0
	for path := range strings.FieldsSeq(string(out)) {
		for _, line := range leavesOf(t, path) {
			leaves++
			if !inlined[line] {
				missed++
				t.Log("not put in line:", line)
			}
		}
	}
	t.Logf("%d leaves, of which %d aren't put in line", leaves, missed)
	if leaves < 500 || missed*100 > leaves*2 {
		t.Errorf("%d of %d leaves aren't put in line, want at most 2 %%", missed, leaves)
	}
}

// leavesOf returns the lines, as directory/file.go:line, on which a file's leaf functions begin.
func leavesOf(t *testing.T, path string) []string {
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	file, err := parseSource(path, text)
	if err != nil {
		t.Fatal(err)
	}
	declared := make(scope)
	siblings, err := filepath.Glob(filepath.Join(filepath.Dir(path), "*.go"))
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range siblings {
		text, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		if sibling, err := parseSource(name, text); err == nil {
			declared.add(sibling.ast)
		}
	}
	r := &rewriter{tok: file.tok, scope: declared, pragmas: pragmas(file.ast)}
	var lines []string
	add := func(n ast.Node) {
		pos := file.tok.Position(n.Pos())
		lines = append(lines, filepath.Base(filepath.Dir(path))+"/"+filepath.Base(path)+":"+strconv.Itoa(pos.Line))
	}
	ast.Inspect(file.ast, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.FuncDecl:
			if n.Body != nil && r.pragmas[n] == 0 && n.Name.Name != "_" && n.Name.Name != "init" && r.isLeaf(n.Body) {
				add(n.Name)
			}
		case *ast.FuncLit:
			if r.isLeaf(n.Body) {
				add(n)
			}
		}
		return true
	})
	return lines
}
