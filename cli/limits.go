package cli

import (
	"cmp"
	"fmt"
	"math"
	"slices"
	"strings"
	"time"

	"github.com/spf13/pflag"

	"goapptrace/remote"
	"goapptrace/session"
)

// viewersPrefix begins the names of limits on viewers over SSH. All others are on programs.
const viewersPrefix = "ssh-"

// limitsFlag changes limits, one each time that it is given. The zero value leaves all at their defaults.
type limitsFlag struct {
	programs session.Limits
	viewers  remote.Limits
	given    []string
}

func (f *limitsFlag) register(flags *pflag.FlagSet) {
	flags.Var(f, "limit", "set a limit, such as sessions=500, handshake=10s or frame=8MiB (docs/limits.md has them all); may be given again")
}

// named are the limits by name: *time.Duration or *int each.
func (f *limitsFlag) named() map[string]any {
	all := make(map[string]any)
	for _, l := range f.programs.All() {
		all[l.Name] = l.Value
	}
	for _, l := range f.viewers.All() {
		all[viewersPrefix+l.Name] = l.Value
	}
	return all
}

// Set implements [pflag.Value].
func (f *limitsFlag) Set(text string) error {
	name, value, ok := strings.Cut(text, "=")
	next := *f // so that a mistake changes nothing
	all := next.named()
	limit := all[name]
	switch {
	case !ok:
		return fmt.Errorf("limit %q: want NAME=VALUE", text)
	case limit == nil:
		names := make([]string, 0, len(all))
		for name := range all {
			names = append(names, name)
		}
		slices.Sort(names)
		return fmt.Errorf("limit %q is unknown: there are %s", name, strings.Join(names, ", "))
	}
	if err := setLimit(limit, value); err != nil {
		return fmt.Errorf("limit %q: %w", text, err)
	}
	if err := cmp.Or(next.programs.Check(), next.viewers.Check()); err != nil {
		return err
	}
	next.given = append(next.given, text)
	*f = next
	return nil
}

// setLimit sets a limit, which is never 0: that would be its default.
func setLimit(limit any, value string) error {
	switch limit := limit.(type) {
	case *time.Duration:
		d, err := time.ParseDuration(value)
		if err != nil || d == 0 {
			return fmt.Errorf("%q is no time such as 10s or 2m", value)
		}
		*limit = d
	case *int:
		n, err := parseSize(value)
		if err != nil || n < 1 || n > math.MaxInt32 || n != math.Trunc(n) {
			return fmt.Errorf("%q is no number over 0, such as 200 or 64KiB", value)
		}
		*limit = int(n)
	}
	return nil
}

// String implements [pflag.Value].
func (f *limitsFlag) String() string { return strings.Join(f.given, ",") }

// Type implements [pflag.Value].
func (*limitsFlag) Type() string { return "name=value" }

// Append implements [pflag.SliceValue].
func (f *limitsFlag) Append(text string) error { return f.Set(text) }

// Replace implements [pflag.SliceValue].
func (f *limitsFlag) Replace(list []string) error {
	*f = limitsFlag{}
	for _, text := range list {
		if err := f.Set(text); err != nil {
			return err
		}
	}
	return nil
}

// GetSlice implements [pflag.SliceValue].
func (f *limitsFlag) GetSlice() []string { return f.given }
