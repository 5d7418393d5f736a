package cli

import (
	"errors"
	"fmt"
	"io"
	"os"
	"strings"
	"time"

	"github.com/charmbracelet/x/term"
	"github.com/spf13/pflag"

	"goapptrace/config"
	"goapptrace/model"
)

// viewOptions say how a trace is shown.
type viewOptions struct {
	plain, json bool
	theme       themeFlag
	traceFile   string
	filter      filterFlag
	calls       int
	duration    time.Duration
	memory      size
	ascii       bool
	noMouse     bool
	watchers    watcherFlag
	remote      remoteOptions // of commands that register them
	offer       offer         // what the empty screen says

	settings *config.Config // with the flags above
	output   string         // that the settings ask for, when no flag does
}

func (o *viewOptions) register(flags *pflag.FlagSet) {
	o.registerSettings(flags)
	flags.StringVar(&o.traceFile, "trace-file", "", "print to this file instead of standard output")
	flags.Var(&o.filter, "filter", "print only calls that match, such as store, 'dur > 10ms and err' or 'func ~ \"^main\\.\"'")
	flags.IntVar(&o.calls, "calls", 0, "end after so many calls were printed")
	flags.DurationVar(&o.duration, "duration", 0, "end after this time, such as 10s")
}

// registerSettings registers the flags that the user's settings are the defaults of.
func (o *viewOptions) registerSettings(flags *pflag.FlagSet) {
	flags.String(configFlag, "", "read settings from this file instead of the user's")
	flags.BoolVar(&o.plain, "plain", false, "print an indented call log instead of the screen (the default without a terminal)")
	flags.BoolVar(&o.json, "json", false, "print one JSON object a line instead of the screen")
	o.memory = defaultMemory
	flags.Var(&o.memory, "memory", "how much the screen keeps of all programs together, the oldest going first: bytes, or with a unit, such as 2GiB")
	flags.Var(&o.watchers, "watch", "watch for a condition in the tab Watch, such as 'slow: dur > 1s'; may be given again")
	flags.BoolVar(&o.ascii, "ascii", false, "draw the screen with ASCII alone")
	flags.BoolVar(&o.noMouse, "no-mouse", false, "leave the mouse to the terminal")
	flags.Var(&o.theme, "theme", "what the colours are made for: a dark or a light background, or auto to ask the terminal")
}

func (o *viewOptions) check() error {
	switch {
	case o.plain && o.json:
		return errors.New("--plain and --json exclude each other")
	case o.calls < 0:
		return fmt.Errorf("--calls %d: needs a number over 0", o.calls)
	case o.duration < 0:
		return fmt.Errorf("--duration %v: needs a time over 0", o.duration)
	}
	return o.remote.check()
}

// screen says whether to show the full screen: on a terminal that can, unless something is asked for that only printing does.
func (o *viewOptions) screen() bool {
	return !o.prints() && o.output == outputScreen && os.Getenv("TERM") != "dumb" && term.IsTerminal(os.Stdout.Fd())
}

// prints says whether something is asked for that only printing does.
func (o *viewOptions) prints() bool {
	return o.plain || o.json || o.traceFile != "" || o.filter.Filter != nil || o.calls != 0
}

// inJSON says whether what is printed is JSON.
func (o *viewOptions) inJSON() bool { return o.json || o.output == outputJSON }

// store is a place for what the screen shows.
func (o *viewOptions) store() *model.Store {
	boundHeap(int64(o.memory))
	return model.New(model.Limits{Memory: int(o.memory)})
}

// outlet is where a trace is printed.
type outlet struct {
	printer
	lines *lineWriter
	quota *quota
	file  io.Closer // nil for standard output
}

// openOutlet opens what the options ask for.
func (o *viewOptions) openOutlet() (*outlet, error) {
	out := &outlet{quota: newQuota(o.calls)}
	if o.traceFile == "" {
		out.lines = newLineWriter(os.Stdout)
	} else {
		f, err := os.Create(o.traceFile)
		if err != nil {
			return nil, fmt.Errorf("--trace-file %q: %w", o.traceFile, err)
		}
		out.lines, out.file = newLineWriter(f), f
	}
	if o.inJSON() {
		out.printer = &jsonPrinter{out.lines, o.filter.Filter, out.quota}
	} else {
		out.printer = &plainPrinter{out.lines, o.filter.Filter, out.quota}
	}
	return out, nil
}

// close returns the error that kept the trace from being written, if any.
func (o *outlet) close() error {
	err := o.lines.fault()
	if o.file != nil {
		err = errors.Join(err, o.file.Close())
	}
	if err != nil {
		return fmt.Errorf("write the trace: %w", err)
	}
	return nil
}

// expired is a channel that is ready when the time to show the trace is over; nil, which never is, for no bound.
func (o *viewOptions) expired() <-chan time.Time {
	if o.duration == 0 {
		return nil
	}
	return time.After(o.duration)
}

// maxSecret bounds a secret, in bytes.
const maxSecret = 1024

// readSecret reads the secret in file, without the newline at its end. No file, no secret.
func readSecret(file string) (string, error) {
	if file == "" {
		return "", nil
	}
	data, err := os.ReadFile(file)
	if err != nil {
		return "", fmt.Errorf("--secret-file %q: %w", file, err)
	}
	secret := strings.TrimRight(string(data), "\r\n")
	if secret == "" || len(secret) > maxSecret {
		return "", fmt.Errorf("--secret-file %q: has %d bytes; a secret has 1 to %d", file, len(secret), maxSecret)
	}
	return secret, nil
}
