package cli

import (
	"fmt"
	"time"

	"github.com/spf13/pflag"
)

// detailOptions say what is told of functions and calls, from the program's first call on. The agent and the hooks
// in the program carry them out; they reach them in its environment.
type detailOptions struct {
	trace, count, noTrace functionPatterns // whatever their rates

	depth   level         // 0 for any
	min     time.Duration // 0 for any
	errors  bool
	methods bool
	redact  patterns // of names
}

func (o *detailOptions) register(flags *pflag.FlagSet) {
	flags.Var(&o.trace, "trace", "stream every call of functions that match, such as 'store.*', however hot they are; may be given again")
	flags.Var(&o.count, "count", "add up calls of functions that match, instead of streaming them; may be given again")
	flags.Var(&o.noTrace, "no-trace", "leave functions that match alone; may be given again")
	flags.Var(&o.depth, "depth", "stream calls with fewer than so many traced calls around them, and add up the others")
	flags.DurationVar(&o.min, "min", 0, "stream calls that took as long as this, such as 1ms, and add up the others")
	flags.BoolVar(&o.errors, "errors", false, "tell the texts of errors that calls return; their Error methods are called for that")
	flags.BoolVar(&o.methods, "methods", false, "let arguments and results write themselves: their Error and String methods are called for that")
	flags.Var(&o.redact, "redact", "write [redacted] for arguments, fields and log attributes whose names match, such as 'password,*token*'; may be given again")
}

func (o *detailOptions) check() error {
	if o.min < 0 {
		return fmt.Errorf("--min %v: needs a time over 0", o.min)
	}
	return nil
}

// patterns are those of functions by the flags that they come from, with those of --args.
func (o *detailOptions) patterns(args []string) flagPatterns {
	return flagPatterns{"args": args, "trace": o.trace.patterns, "count": o.count.patterns, "no-trace": o.noTrace.patterns}
}

// env is what to add to the program's environment.
func (o *detailOptions) env() []string {
	var env []string
	add := func(name, value string) {
		if value != "" {
			env = append(env, "GOAPPTRACE_"+name+"="+value)
		}
	}
	add("TRACE", o.trace.String())
	add("COUNT", o.count.String())
	add("NO_TRACE", o.noTrace.String())
	add("REDACT", o.redact.String())
	if o.depth > 0 {
		add("DEPTH", o.depth.String())
	}
	if o.min > 0 {
		add("MIN", o.min.String())
	}
	if o.errors {
		add("ERRORS", "1")
	}
	if o.methods {
		add("METHODS", "1")
	}
	return env
}
