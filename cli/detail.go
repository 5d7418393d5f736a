package cli

import (
	"strings"

	"github.com/spf13/pflag"
)

// detailOptions say how functions are traced from the program's first call on, whatever their rates. The agent
// in the program carries them out; they reach it in its environment.
type detailOptions struct {
	trace, count, noTrace []string // patterns of names of functions or packages
}

func (o *detailOptions) register(flags *pflag.FlagSet) {
	flags.StringSliceVar(&o.trace, "trace", nil, "stream every call of functions that match, such as 'store.*', however hot they are; may be given again")
	flags.StringSliceVar(&o.count, "count", nil, "add up calls of functions that match, instead of streaming them; may be given again")
	flags.StringSliceVar(&o.noTrace, "no-trace", nil, "leave functions that match alone; may be given again")
}

// env is what to add to the program's environment.
func (o *detailOptions) env() []string {
	var env []string
	for _, v := range []struct {
		name     string
		patterns []string
	}{
		{"GOAPPTRACE_TRACE", o.trace},
		{"GOAPPTRACE_COUNT", o.count},
		{"GOAPPTRACE_NO_TRACE", o.noTrace},
	} {
		if len(v.patterns) > 0 {
			env = append(env, v.name+"="+strings.Join(v.patterns, ","))
		}
	}
	return env
}
