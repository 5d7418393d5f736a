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
		"--depth -1": {depth: -1},
		"--min -1ms": {min: -time.Millisecond},
	} {
		if err := o.check(); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%v, want %s", err, want)
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
