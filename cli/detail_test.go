package cli

import (
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/spf13/pflag"
)

func parseDetail(t *testing.T, args ...string) *detailOptions {
	t.Helper()
	var o detailOptions
	flags := pflag.NewFlagSet("run", pflag.ContinueOnError)
	o.register(flags)
	if err := flags.Parse(args); err != nil {
		t.Fatal(err)
	}
	return &o
}

func TestDetailReachesTheProgram(t *testing.T) {
	o := parseDetail(t, "--trace", "a.*,b.*", "--trace=c", "--no-trace=d", "--depth=3", "--min", "1500us", "--errors", "--methods", "--redact=*token*, pass")
	want := []string{
		"GOAPPTRACE_TRACE=a.*,b.*,c", "GOAPPTRACE_NO_TRACE=d", "GOAPPTRACE_REDACT=*token*,pass",
		"GOAPPTRACE_DEPTH=3", "GOAPPTRACE_MIN=1.5ms", "GOAPPTRACE_ERRORS=1", "GOAPPTRACE_METHODS=1",
	}
	if got := o.env(); !slices.Equal(got, want) || o.check() != nil {
		t.Errorf("got %q, %v; want %q", got, o.check(), want)
	}
	if got := parseDetail(t).env(); len(got) > 0 {
		t.Errorf("without flags: %q", got)
	}
}

func TestDetailNonsense(t *testing.T) {
	for want, o := range map[string]detailOptions{
		"--min -1ms": {min: -time.Millisecond},
	} {
		if err := o.check(); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%v, want %s", err, want)
		}
	}
}

func TestLevels(t *testing.T) {
	for text, ok := range map[string]bool{"1": true, "64": true, "0": false, "-1": false, "": false, "deep": false, "1.5": false} {
		if err := new(level).Set(text); (err == nil) != ok {
			t.Errorf("%q: %v", text, err)
		}
	}
}

// What can't be the form of a function's name is a mistake, such as a pattern of another kind.
func TestFunctionPatterns(t *testing.T) {
	for _, text := range []string{
		"store.*", "store", "example.com/shop/store.(*DB).Load", "*.(*DB).*", "main.Map[...]", "main.(*List[...]).Push", "main.(*", "*]", "main.Map[*",
		"main.Map[.*", "gopkg.in/x%2ev2.F", "a/b-c/d_e.f~g+h.func1.2", "main.größe", "*", "main.init.0, main.*", "main.T.M-fm",
	} {
		if err := new(functionPatterns).Set(text); err != nil {
			t.Errorf("%q: %v", text, err)
		}
	}
	for _, text := range []string{
		"[", "]", "main.[", "main.[a-z]*", "main.Map[]", "main.Map[int]", "main.(DB", "main.DB)", "^main", "main$", "a b", "main.?", "main\\.x", "{a,b}", "x=y", "a\x00",
		"main.*,[",
	} {
		var p functionPatterns
		if err := p.Set(text); err == nil || len(p.patterns) > 0 {
			t.Errorf("%q is taken", text)
		}
	}
}

func TestLeftInLine(t *testing.T) {
	for n, want := range map[int]string{1: "1 function of 20 has no hook, being so small that the compiler puts it in line", 2: "2 functions of 20 have no hook"} {
		if got := leftInLine(n, 20); !strings.HasPrefix(got, want) {
			t.Errorf("%q, want %q", got, want)
		}
	}
}

// An empty list would redact nothing, and nobody would know.
func TestPatternsNonsense(t *testing.T) {
	for _, text := range []string{"", " ", "a,", ",a", "a, ,b"} {
		if p := new(patterns); p.Set(text) == nil {
			t.Errorf("%q is taken as %q", text, *p)
		}
	}
}
