package instrument

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// TestRewriteArgs guards what is told of arguments and results. The text of a hook is shortened to [what begins a call; what ends it].
func TestRewriteArgs(t *testing.T) {
	tests := map[string]struct{ in, want string }{
		"nothing":          {"func f() {}", "func f() {H}"},
		"parameters":       {"func f(a, b int, c string) {}", `func f(a, b int, c string) {[V.Args(T, "a,b,c", a, b, c); T.Leave()]}`},
		"no names":         {"func f(int, p.T) {}", "func f(int, p.T) {H}"},
		"blank":            {"func f(_ int, b int) {}", `func f(_ int, b int) {[V.Args(T, "b", b); T.Leave()]}`},
		"receiver":         {"func (t *T) f(a int) {}", `func (t *T) f(a int) {[V.Args(T, "t,a", t, a); T.Leave()]}`},
		"nameless":         {"func (T) f(a int) {}", `func (T) f(a int) {[V.Args(T, "a", a); T.Leave()]}`},
		"variadic":         {"func f(a ...int) {}", `func f(a ...int) {[V.Args(T, "a", a); T.Leave()]}`},
		"result":           {"func f() int { return 1 }", `func f() (R int) {[; V.Results(T, "", &R)] return 1 }`},
		"results":          {"func f() (int, error) { return g() }", `func f() (R0 int, R1 error) {[; V.Results(T, ",", &R0, &R1)] return g() }`},
		"named results":    {"func f() (n, m int, err error) { return }", `func f() (n, m int, err error) {[; V.Results(T, "n,m,err", &n, &m, &err)] return }`},
		"blank results":    {"func f() (_ int, err error) { return }", `func f() (_B0 int, err error) {[; V.Results(T, ",err", &_B0, &err)] return }`},
		"both":             {"func f(a int) (n int) { return }", `func f(a int) (n int) {[V.Args(T, "a", a); V.Results(T, "n", &n)] return }`},
		"generic":          {"func f[T any](a T) T { return a }", `func f[T any](a T) (R T) {[V.Args(T, "a", a); V.Results(T, "", &R)] return a }`},
		"literal":          {"var f = func(a int) {}", `var f = func(a int) {[V.Args(T, "a", a); T.Leave()]}`},
		"nothing, error":   {"func f() error { return nil }", `func f() (R error) {[; V.Results(T, "", &R)] return nil }`},
		"no body":          {"func f(a int) int", "func f(a int) int"},
		"a name of C's":    {"func f(a C.int) C.int { return a }", `func f(a C.int) (R C.int) {[V.Args(T, "a", a); V.Results(T, "", &R)] return a }`},
		"parameter called": {"func f(error int) error { return nil }", `func f(error int) (R error) {[V.Args(T, "error", error); V.Results(T, "", &R)] return nil }`},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			opts := testOptions
			opts.Args, opts.Package = []string{"*"}, "m"
			in := "package main\n" + test.in
			out, err := Rewrite("x.go", []byte(in), opts)
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

// TestRewriteArgsOf guards which functions a pattern means: of the file's functions, those that are named have their values told.
func TestRewriteArgsOf(t *testing.T) {
	const src = `package m
func plain(a int) { g() }
func leaf(a int) {}
func generic[T any](a int) { g() }
func (t T) value(a int) { g() }
func (t *T) pointer(a int) { g() }
func (t *L[E]) list(a int) { g() }
func outer(a int) {
	g()
	func(b int) { g(); func(c int) { g() }(1) }(1)
	func(d int) { g() }(1)
}
var v = func(e int) { g() }
`
	for pattern, want := range map[string]string{
		"*":                    "a a t,a t,a t,a a b c d e", // a leaf stays one
		"x.com/m":              "a a a t,a t,a t,a a b c d e",
		"m":                    "a a a t,a t,a t,a a b c d e",
		"m.plain":              "a",
		"x.com/m.plain":        "a",
		"plain":                "",
		"m.leaf":               "a",
		"m.generic[...]":       "a",
		"m.T.value":            "t,a",
		"m.(*T).pointer":       "t,a",
		"m.(*T).*":             "t,a",
		"m.(*L[...]).list":     "t,a",
		"m.outer.func1":        "b",
		"m.outer.func1.1":      "c",
		"m.outer.func2":        "d",
		"m.outer*":             "a b c d",
		"m.init.func1":         "e",
		"another.com/m":        "",
		"nothing,with,commas":  "",
		"*.plain":              "a",
		"x.com/m.(*T).pointer": "t,a",
	} {
		out, err := Rewrite("x.go", []byte(src), RewriteOptions{Prefix: "p", Args: []string{pattern}, Package: "x.com/m"})
		if err != nil {
			t.Fatal(err)
		}
		var told []string
		for _, rest := range strings.Split(string(out.Source), "Args(goapptraceT, \"")[1:] {
			names, _, _ := strings.Cut(rest, `"`)
			told = append(told, names)
		}
		if got := strings.Join(told, " "); got != want {
			t.Errorf("%s: got %q, want %q", pattern, got, want)
		}
	}
}
