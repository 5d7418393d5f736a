package cli

import (
	"fmt"
	"io"
	"log/slog"

	"github.com/spf13/pflag"

	"goapptrace/ui/safe"
)

// logOptions say how a server logs.
type logOptions struct {
	format logFormat
	level  logLevel
}

func (o *logOptions) register(flags *pflag.FlagSet) {
	flags.Var(&o.format, "log-format", "log as text or as json, one object a line")
	flags.Var(&o.level, "log-level", "log nothing less important than this: debug, info, warn or error")
}

// open is a log that writes to w. What is in it may be strangers' text: nothing of it does a terminal obey, nor does it make a
// line of its own.
func (o *logOptions) open(w io.Writer) *slog.Logger {
	options := &slog.HandlerOptions{Level: o.level.Level, ReplaceAttr: cleanAttr}
	if o.format == "json" {
		return slog.New(slog.NewJSONHandler(w, options))
	}
	return slog.New(slog.NewTextHandler(w, options))
}

// cleanAttr makes what is text, or becomes it, fit to be shown. Durations are told with their units in JSON too.
func cleanAttr(_ []string, a slog.Attr) slog.Attr {
	switch v := a.Value; v.Kind() {
	case slog.KindString:
		a.Value = slog.StringValue(safe.String(v.String()))
	case slog.KindDuration:
		a.Value = slog.StringValue(v.Duration().String())
	case slog.KindAny:
		switch v := v.Any().(type) {
		case *slog.Source:
		case slog.Level: // the record's own
			a.Value = slog.StringValue(v.String())
		case []string:
			list := make([]string, len(v))
			for i, text := range v {
				list[i] = safe.String(text)
			}
			a.Value = slog.AnyValue(list)
		default:
			a.Value = slog.StringValue(safe.String(fmt.Sprint(v)))
		}
	}
	return a
}

// logFormat is a log's format as a flag.
type logFormat string

// Set implements [github.com/spf13/pflag.Value].
func (f *logFormat) Set(text string) error {
	if err := oneOf("text", "json")(text); err != nil {
		return err
	}
	*f = logFormat(text)
	return nil
}

// String implements [github.com/spf13/pflag.Value].
func (f *logFormat) String() string {
	if *f == "" {
		return "text"
	}
	return string(*f)
}

// Type implements [github.com/spf13/pflag.Value].
func (*logFormat) Type() string { return "format" }

// logLevel is the least level that is logged, as a flag.
type logLevel struct{ slog.Level }

// levels are the names of levels.
var levels = map[string]slog.Level{"debug": slog.LevelDebug, "info": slog.LevelInfo, "warn": slog.LevelWarn, "error": slog.LevelError}

// Set implements [github.com/spf13/pflag.Value].
func (l *logLevel) Set(text string) error {
	if err := oneOf("debug", "info", "warn", "error")(text); err != nil {
		return err
	}
	l.Level = levels[text]
	return nil
}

// String implements [github.com/spf13/pflag.Value].
func (l *logLevel) String() string {
	for name, level := range levels {
		if level == l.Level {
			return name
		}
	}
	return ""
}

// Type implements [github.com/spf13/pflag.Value].
func (*logLevel) Type() string { return "level" }
