package cli

import (
	"errors"
	"strconv"

	"github.com/spf13/pflag"

	"goapptrace/config"
)

// serveOptions are what a server is told.
type serveOptions struct {
	listen  listenOptions
	log     logOptions
	metrics metricsOptions
	view    viewOptions
}

// registerOwn registers the flags that are settings too, in the table [serve], those aside that have a setting of their own.
func (o *serveOptions) registerOwn(flags *pflag.FlagSet) {
	o.listen.register(flags)
	o.log.register(flags)
	o.metrics.register(flags)
	o.view.remote.register(flags)
}

func (o *serveOptions) register(flags *pflag.FlagSet) {
	o.registerOwn(flags)
	o.view.register(flags)
	for _, name := range []string{"ascii", "no-mouse", "theme"} { // there is no screen
		_ = flags.MarkHidden(name)
	}
}

// settle takes what no flag says from the user's settings.
func (o *serveOptions) settle(flags *pflag.FlagSet) error {
	if err := o.view.settle(flags); err != nil {
		return err
	}
	return setFlags(flags, o.view.settings.Set(serveTable))
}

// serveTable is the table of settings that are flags of serve.
const serveTable = "serve"

// serveSettings are the flags of serve as settings.
func serveSettings() (list []config.Setting) {
	var o serveOptions
	flags := pflag.NewFlagSet(serveTable, pflag.ContinueOnError)
	o.registerOwn(flags)
	flags.VisitAll(func(f *pflag.Flag) {
		if f.Name == "listen" { // has a setting of its own
			return
		}
		s := config.Setting{Name: serveTable + "." + f.Name, About: f.Usage, Default: f.DefValue, Number: true, Check: f.Value.Set}
		switch {
		case f.Value.Type() == "bool":
			s.Default = f.DefValue == "true"
		case isList(f):
			s.Default = []string{}
		}
		list = append(list, s)
	})
	return list
}

func isList(f *pflag.Flag) bool {
	_, list := f.Value.(pflag.SliceValue)
	return list
}

// setFlags sets flags that weren't given to what settings say.
func setFlags(flags *pflag.FlagSet, settings map[string]any) error {
	var errs []error
	for name, v := range settings {
		f := flags.Lookup(name)
		if f.Changed {
			continue
		}
		switch v := v.(type) {
		case []string:
			errs = append(errs, f.Value.(pflag.SliceValue).Replace(v))
		case bool:
			errs = append(errs, f.Value.Set(strconv.FormatBool(v)))
		case string:
			errs = append(errs, f.Value.Set(v))
		}
	}
	return errors.Join(errs...)
}
