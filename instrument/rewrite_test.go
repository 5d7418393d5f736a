package instrument

import (
	"go/ast"
	"go/parser"
	"go/token"
	"regexp"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

var (
	testOptions     = RewriteOptions{Prefix: "m/_goapptrace", Main: true, All: true}
	leavesAndValues = RewriteOptions{Prefix: "m/_goapptrace", Args: []string{"*"}}
)

// insertions matches all that Rewrite ever adds, written down once more so that neither can change unseen.
var insertions = regexp.MustCompile(
	`; import goapptraceHook "m/_goapptrace/hook"; import _ "m/_goapptrace/agent"` +
		`(; import goapptraceValues "m/_goapptrace/values")?(; import goapptraceTesting "testing")?` +
		`| defer goapptraceHook\.MainDone\(\);` +
		`| if goapptraceT := goapptraceHook\.Enter\(&goapptraceF[0-9a-f]+\[\d+\]\); goapptraceT\.Open\(\) \{` +
		`( goapptraceValues\.Args\([^)]+\);)?( goapptraceT\.Span\([^)]+\);)?` +
		` defer goapptrace(T\.Leave\(|T\.LeaveError\(&[^)]+|Values\.Results\([^)]+)\) \};` +
		`|goapptraceR\d+ |goapptraceB\d+` +
		`|\nvar goapptraceF[0-9a-f]+ \[\d+\]goapptraceHook\.Func\n` +
		`|\nvar _ = goapptraceHook\.Unhooked\(\d+\)\n` +
		`|\nfunc TestMain\(m \*goapptraceTesting\.M\) \{ goapptraceHook\.Exiting\(m\.Run\(\)\) \}\n`)

const hook = " if goapptraceT := goapptraceHook.Enter(&T[#]); goapptraceT.Open() { defer goapptraceT.Leave() };"

var (
	errorHook = like(strings.Replace(hook, "Leave()", "LeaveError(&NAME)", 1))
	spanHook  = like(strings.Replace(hook, "{ defer", "{ goapptraceT.Span(NAME); defer", 1))
)

func like(hook string) *regexp.Regexp {
	return regexp.MustCompile(strings.Replace(regexp.QuoteMeta(hook), "NAME", `([^)]*)`, 1))
}

// TestRewrite guards what is hooked and where. H stands for a hook; the import and the table are taken off.
func TestRewrite(t *testing.T) {
	tests := map[string]struct{ in, want string }{
		"function":         {"func f() {}", "func f() {H}"},
		"one line":         {"func f() int { return 1 }", "func f() int {H return 1 }"},
		"comment":          {"func f() { // why\n}", "func f() {H // why\n}"},
		"method":           {"func (t T) f() {}", "func (t T) f() {H}"},
		"generic":          {"func f[T any](t T) {}", "func f[T any](t T) {H}"},
		"literal":          {"func f() { func() {}() }", "func f() {H func() {H}() }"},
		"literal of a var": {"var f = func() {}", "var f = func() {H}"},
		"no body":          {"func f()", "func f()"},
		"blank":            {"func _() { func() {}() }", "func _() { func() {}() }"},
		"nosplit":          {"//go:nosplit\nfunc f() {}\nfunc g() {}", "//go:nosplit\nfunc f() {}\nfunc g() {H}"},
		"nosplit far off":  {"//go:nosplit\n\nfunc f() {}", "//go:nosplit\n\nfunc f() {}"},
		"nosplit inside":   {"func f() {\n//go:nosplit\n}\nfunc g() {}", "func f() {H\n//go:nosplit\n}\nfunc g() {H}"},
		"nowritebarrierrec": {
			"// About f.\n//go:nowritebarrierrec\nfunc f() {}", "// About f.\n//go:nowritebarrierrec\nfunc f() {}",
		},
		"norace":          {"//go:norace\nfunc f() {}", "//go:norace\nfunc f() {}"},
		"noinline":        {"//go:noinline\nfunc f() {}", "//go:noinline\nfunc f() {H}"},
		"to the runtime":  {"import _ \"unsafe\"\n//go:linkname f runtime.g\nfunc f() {}", "import _ \"unsafe\"\n//go:linkname f runtime.g\nfunc f() {}"},
		"to another":      {"import _ \"unsafe\"\n//go:linkname f x/y.g\nfunc f() {}", "import _ \"unsafe\"\n//go:linkname f x/y.g\nfunc f() {H}"},
		"main":            {"func main() {}", "func main() { defer goapptraceHook.MainDone();H}"},
		"a method main":   {"func (T) main() {}", "func (T) main() {H}"},
		"exit":            {"import \"os\"\nfunc f() { os.Exit(1) }", "import \"os\"\nfunc f() {H os.Exit(goapptraceHook.Exiting(1)) }"},
		"exit renamed":    {"import sys \"os\"\nfunc f() { sys.Exit(1) }", "import sys \"os\"\nfunc f() {H sys.Exit(goapptraceHook.Exiting(1)) }"},
		"exit shadowed":   {"import \"os\"\nfunc f(os T) { os.Exit(1) }", "import \"os\"\nfunc f(os T) {H os.Exit(1) }"},
		"exit of another": {"import \"x/os\"\nfunc f() { os.Exit(1) }", "import \"x/os\"\nfunc f() {H os.Exit(1) }"},
		"exit's argument": {
			"import \"os\"\nfunc f() { os.Exit(func() int { return 1 }()) }",
			"import \"os\"\nfunc f() {H os.Exit(goapptraceHook.Exiting(func() int {H return 1 }())) }",
		},
		"exit deferred": {
			"import \"os\"\nfunc f() { defer os.Exit(1) }", "import \"os\"\nfunc f() {H defer goapptraceHook.ExitingLater(os.Exit)(1) }",
		},
		"fatal":              {"import \"log\"\nfunc f() { log.Fatal(x) }", "import \"log\"\nfunc f() {H log.Fatal(goapptraceHook.Fatal(x)...) }"},
		"fatal, no value":    {"import \"log\"\nfunc f() {log.Fatal()}", "import \"log\"\nfunc f() {Hlog.Fatal(goapptraceHook.Fatal()...)}"},
		"fatal with ...":     {"import \"log\"\nfunc f() { log.Fatalln(x...,) }", "import \"log\"\nfunc f() {H log.Fatalln(goapptraceHook.Fatal(x)...,) }"},
		"fatal, formatted":   {"import \"log\"\nfunc f() { log.Fatalf(\"\", 1, x) }", "import \"log\"\nfunc f() {H log.Fatalf(\"\", goapptraceHook.Fatal(1, x)...) }"},
		"fatal, unsure":      {"import \"log\"\nfunc f() { log.Fatalf(x()) }", "import \"log\"\nfunc f() {H log.Fatalf(x()) }"},
		"fatal not at once":  {"import \"log\"\nfunc f() { defer log.Fatal() }", "import \"log\"\nfunc f() {H defer log.Fatal() }"},
		"Windows line ends":  {"func f() {\r\n}\r\n", "func f() {H\r\n}\r\n"},
		"line directive":     {"//line x.go:7\nfunc f() {}", "//line x.go:7\nfunc f() {H}"},
		"ends in a comment":  {"func f() {} // end", "func f() {H} // end"},
		"semicolon":          {"; func f() {}", "; func f() {H}"},
		"raw string":         {"var s = `func f() {}`", "var s = `func f() {}`"},
		"import of C":        {"// int x;\nimport \"C\"\nfunc f() {}", "// int x;\nimport \"C\"\nfunc f() {H}"},
		"unicode identifier": {"func größe() {}", "func größe() {H}"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			in := "package main\n" + test.in
			if strings.HasPrefix(test.in, ";") {
				in = "package main" + test.in
			}
			out, err := Rewrite("x.go", []byte(in), testOptions)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(test.want, abridge(string(out.Source))); diff != "" {
				t.Error(diff)
			}
			checkRewritten(t, []byte(in), out)
		})
	}
}

// TestRewriteResults guards functions that return an error: E stands for their hook, and the results' names are shortened.
func TestRewriteResults(t *testing.T) {
	tests := map[string]struct{ in, want string }{
		"lone":             {"func f() error { return nil }", "func f() (R error) {E(R) return nil }"},
		"in parentheses":   {"func f() (error) { return nil }", "func f() (R0 error) {E(R0) return nil }"},
		"twice":            {"func f() ((error)) { return nil }", "func f() (R0 (error)) {E(R0) return nil }"},
		"the last of many": {"func f() (int, p.T, error) { return g() }", "func f() (R0 int, R1 p.T, R2 error) {E(R2) return g() }"},
		"not the last":     {"func f() (error, int) { return nil, 1 }", "func f() (error, int) {H return nil, 1 }"},
		"named":            {"func f() (n int, err error) { return }", "func f() (n int, err error) {E(err) return }"},
		"shared names":     {"func f() (a, b error) { return }", "func f() (a, b error) {E(b) return }"},
		"blank":            {"func f() (n int, _ error) { return }", "func f() (n int, _B1 error) {E(_B1) return }"},
		"blank, shared":    {"func f() (_, _ error) { return }", "func f() (_, _B1 error) {E(_B1) return }"},
		"blanks":           {"func f() (_ int, _ error) { return }", "func f() (_ int, _B1 error) {E(_B1) return }"},
		"named error":      {"func f() (error error) { return }", "func f() (error error) {E(error) return }"},
		"a parameter's":    {"func f(error int) error { return nil }", "func f(error int) (R error) {E(R) return nil }"},
		"a type parameter": {"func f[error any]() error { return nil }", "func f[error any]() error {H return nil }"},
		"the package's":    {"type error int\nfunc f() error { return 0 }", "type error int\nfunc f() error {H return 0 }"},
		"a local one": {
			"func f() { type error int; func() error { return 0 }() }", "func f() {H type error int; func() error {H return 0 }() }",
		},
		"pointer to it": {"func f() *error { return nil }", "func f() *error {H return nil }"},
		"literal":       {"var f = func() error { return nil }", "var f = func() (R error) {E(R) return nil }"},
		"literal inside": {
			"func f() error { return func() error { return nil }() }", "func f() (R error) {E(R) return func() (R error) {E(R) return nil }() }",
		},
		"returns a function": {"func f() func() error { return nil }", "func f() func() error {H return nil }"},
		"method":             {"func (t T) f() error { return nil }", "func (t T) f() (R error) {E(R) return nil }"},
		"generic":            {"func f[T any](t T) (T, error) { return t, nil }", "func f[T any](t T) (R0 T, R1 error) {E(R1) return t, nil }"},
		"several lines":      {"func f() (\n\tint, // n\n\terror,\n) {\n return g() }", "func f() (\n\tR0 int, // n\n\tR1 error,\n) {E(R1)\n return g() }"},
		"comments":           {"func f() /* a */ error /* b */ { return nil }", "func f() /* a */ (R error) /* b */ {E(R) return nil }"},
		"no space":           {"func f()error{ return nil }", "func f()(R error){E(R) return nil }"},
		"no body":            {"func f() error", "func f() error"},
		"nosplit":            {"//go:nosplit\nfunc f() error { return nil }", "//go:nosplit\nfunc f() error { return nil }"},
		"returns too little": {"func f() error { return }", "func f() error {H return }"}, // which with a name would compile
		"returns inside":     {"func f() error { func() { return }(); return nil }", "func f() (R error) {E(R) func() {H return }(); return nil }"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			in := "package main\n" + test.in
			out, err := Rewrite("x.go", []byte(in), testOptions)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(test.want, abridge(string(out.Source))); diff != "" {
				t.Error(diff)
			}
			checkRewritten(t, []byte(in), out)
		})
	}
}

// TestRewriteSpans guards which test functions name their test. S stands for their hook.
func TestRewriteSpans(t *testing.T) {
	tests := map[string]struct{ in, want string }{
		"test":            {"func TestX(t *testing.T) {}", "func TestX(t *testing.T) {S(t)}"},
		"benchmark":       {"func BenchmarkX(b *testing.B) {}", "func BenchmarkX(b *testing.B) {S(b)}"},
		"fuzz test":       {"func FuzzX(f *testing.F) {}", "func FuzzX(f *testing.F) {S(f)}"},
		"literal":         {"var x = func(t *testing.T) {}", "var x = func(t *testing.T) {S(t)}"},
		"no name":         {"func TestX(*testing.T) {}", "func TestX(*testing.T) {H}"},
		"blank":           {"func TestX(_ *testing.T) {}", "func TestX(_ *testing.T) {H}"},
		"two parameters":  {"func help(t *testing.T, n int) { f() }", "func help(t *testing.T, n int) {H f() }"},
		"an interface":    {"func help(t testing.TB) { f() }", "func help(t testing.TB) {H f() }"},
		"TestMain":        {"func TestMain(m *testing.M) {}", "func TestMain(m *testing.M) { defer goapptraceHook.MainDone();H}"},
		"another testing": {"func f[testing any](t *testing.T) { f() }", "func f[testing any](t *testing.T) {H f() }"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			const head = "import \"testing\"\n"
			in := "package main\n" + head + test.in
			out, err := Rewrite("x_test.go", []byte(in), RewriteOptions{Prefix: testOptions.Prefix})
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(head+test.want, abridge(string(out.Source))); diff != "" {
				t.Error(diff)
			}
			checkRewritten(t, []byte(in), out)
		})
	}
}

// abridge makes rewritten source readable.
func abridge(src string) string {
	src = regexp.MustCompile(`goapptraceF[0-9a-f]+\[\d+\]`).ReplaceAllString(src, "T[#]")
	src = strings.ReplaceAll(src, hook, "H")
	src = errorHook.ReplaceAllString(src, "E($1)")
	src = spanHook.ReplaceAllString(src, "S($1)")
	src = valuesHook.ReplaceAllString(src, "[$1; $2]")
	src = regexp.MustCompile(`goapptrace([RBTV])(alues)?`).ReplaceAllString(src, "$1")
	src = regexp.MustCompile(`\nvar (goapptraceF|_ = goapptraceHook)[^\n]*\n`).ReplaceAllString(src, "")
	src = strings.TrimPrefix(src, "package main")
	src = strings.TrimPrefix(src, `; import goapptraceHook "m/_goapptrace/hook"; import _ "m/_goapptrace/agent"`)
	src = strings.TrimPrefix(src, `; import V "m/_goapptrace/values"`)
	return strings.TrimPrefix(src, "\n")
}

var valuesHook = regexp.MustCompile(` if goapptraceT := [^{]*\{ ?([^;]*)(?:;)? defer ([^}]*) \};`)

func TestRewriteCounts(t *testing.T) {
	src := "package p\n//go:nosplit\nfunc f() {}\nfunc g() { func() {}() }\nfunc h()\nfunc i() {}\n"
	opts := testOptions
	opts.Package = "p"
	for _, opts.All = range []bool{false, true} {
		out, err := Rewrite("x.go", []byte(src), opts)
		if err != nil {
			t.Fatal(err)
		}
		want := Rewritten{Hooked: 1, Leaves: 2, Skipped: 1, Names: []string{"p.g"}}
		table, unhooked := "[1]goapptraceHook.Func", "Unhooked(2)"
		if opts.All {
			want = Rewritten{Hooked: 3, Skipped: 1, Names: []string{"p.g", "p.g.func1", "p.i"}}
			table, unhooked = "[3]goapptraceHook.Func", ""
		}
		text := string(out.Source)
		out.Source = nil
		if diff := cmp.Diff(want, out); diff != "" {
			t.Error(diff)
		}
		if !strings.Contains(text, table) || !strings.Contains(text, unhooked) || opts.All && strings.Contains(text, "Unhooked") {
			t.Errorf("want it to contain %q and %q:\n%s", table, unhooked, text)
		}
	}
}

func TestRewriteTestMain(t *testing.T) {
	for name, test := range map[string]struct {
		add     bool
		in, out string
	}{
		"none":         {true, "package p", "func TestMain(m *goapptraceTesting.M) { goapptraceHook.Exiting(m.Run()) }"},
		"a user's":     {false, "package p; func TestMain(m *testing.M) {}", "{ defer goapptraceHook.MainDone();"},
		"a test of it": {false, "package p; import \"testing\"; func TestMain(t *testing.T) {}", "{ if goapptraceT"},
	} {
		t.Run(name, func(t *testing.T) {
			opts := testOptions
			opts.TestMain = test.add
			out, err := Rewrite("x_test.go", []byte(test.in), opts)
			if err != nil {
				t.Fatal(err)
			}
			if !strings.Contains(string(out.Source), test.out) {
				t.Errorf("got\n%s\nwant it to contain\n%s", out.Source, test.out)
			}
		})
	}
}

func TestRewriteRefusesWhatDoesNotParse(t *testing.T) {
	if _, err := Rewrite("x.go", []byte("package p\nfunc {"), testOptions); err == nil {
		t.Error("no error")
	}
}

func FuzzRewrite(f *testing.F) {
	for _, src := range []string{
		"package main\nimport \"os\"\nfunc main() { os.Exit(1) }",
		"package p // import \"p\"\r\nfunc f() {\r\n}\r\n// end",
		"\ufeffpackage p; import \"log\"; var f = func() { log.Fatal(1) }",
		"package p\n//go:nosplit\n\nfunc f[T any](x T) { select { case <-c: log.Fatal() } }\n/* end */",
		"package p; func f(a, _ int, error T) (b, _ error) { return func() error { return nil }(), nil }; func (t *T[U]) g() (int, error)\n{}",
		"package p; func f(a, _ int) (_, b, _ error) { return func(x ...int) (y []int, _ error) { return } }",
		"//go:build x\n\n//line y.go:3\npackage p\nfunc _() {}\nfunc (T) m() { defer func() { recover() }() }",
	} {
		f.Add([]byte(src))
	}
	f.Fuzz(func(t *testing.T, src []byte) {
		if strings.Contains(string(src), "goapptrace") {
			return
		}
		for _, opts := range []RewriteOptions{testOptions, leavesAndValues} {
			out, err := Rewrite("x.go", src, opts)
			if err == nil {
				checkRewritten(t, src, out)
			}
		}
	})
}

// checkRewritten fails unless out parses, has the functions of src on the same lines, and is src again without what was inserted.
func checkRewritten(t *testing.T, src []byte, out Rewritten) {
	t.Helper()
	if diff := cmp.Diff(identLines(t, src), identLines(t, out.Source)); diff != "" {
		t.Errorf("lines moved:\n%s", diff)
	}
	back := insertions.ReplaceAllString(string(out.Source), "")
	wrappers := len(wrapping.FindAllString(back, -1))
	rest, ok := insertedInto(src, wrapping.ReplaceAllString(back, ""))
	if !ok || strings.Trim(rest, ").") != "" || strings.Count(rest, ")") != wrappers {
		t.Errorf("without the insertions, of which %q is left:\n%q\nwant\n%q", rest, back, src)
	}
}

// wrapping matches the beginning of what is put around an expression. At its end is a parenthesis, and three dots perhaps.
var wrapping = regexp.MustCompile(`goapptraceHook\.(Exiting|ExitingLater|Fatal)\(|\(goapptraceR `)

// insertedInto returns what has to be inserted into src to get text. It is not ok when nothing will do.
func insertedInto(src []byte, text string) (rest string, ok bool) {
	for i := range len(text) {
		if len(src) > 0 && src[0] == text[i] {
			src = src[1:]
		} else {
			rest += text[i : i+1]
		}
	}
	return rest, len(src) == 0
}

type identLine struct {
	Name string
	Line int
}

// identLines lists a file's own identifiers with their lines.
func identLines(t *testing.T, src []byte) []identLine {
	t.Helper()
	fset := token.NewFileSet()
	file, err := parser.ParseFile(fset, "x.go", src, parser.ParseComments)
	if err != nil {
		t.Fatalf("%v in\n%s", err, src)
	}
	var all []identLine
	ast.Inspect(file, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.IfStmt:
			if assign, ok := n.Init.(*ast.AssignStmt); ok && strings.HasPrefix(identOf(assign.Lhs[0]), "goapptrace") {
				return false
			}
		case *ast.ImportSpec:
			return !strings.Contains(n.Path.Value, "_goapptrace")
		case *ast.ValueSpec:
			return !strings.HasPrefix(n.Names[0].Name, "goapptrace") && !(len(n.Values) == 1 && isUnhooked(n.Values[0]))
		case *ast.SelectorExpr:
			return identOf(n.X) != hookName
		case *ast.Ident:
			name, _, _ := strings.Cut(n.Name, "goapptrace") // of a blank one that has a name now
			if name != "" {
				all = append(all, identLine{name, fset.Position(n.Pos()).Line})
			}
		}
		return true
	})
	return all
}

// isUnhooked reports whether e tells how many functions have no hook.
func isUnhooked(e ast.Expr) bool {
	call, ok := e.(*ast.CallExpr)
	return ok && isSelectorOf(call.Fun, hookName)
}

func identOf(e ast.Expr) string {
	if id, ok := e.(*ast.Ident); ok {
		return id.Name
	}
	return ""
}
