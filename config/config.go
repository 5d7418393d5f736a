// Package config is the user's settings: what there is to set, what a file in TOML, the environment and flags set, and which
// of them counts.
//
// [New] takes the settings that there are, each with its default; [Config.File], [Config.Environ] and [Config.Flag] set
// them, in this order, as the later one counts; [Config.Bool], [Config.String] and [Config.List] ask for them, and
// [Config.Write] prints them all, with where each value comes from. The package does no I/O and knows no setting of its own.
package config

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
)

// Setting is something that can be set.
type Setting struct {
	Name    string // in the file: tables and key with dots between
	About   string // one line
	Default any    // a string, a bool or a []string: values are of the same type
	From    string // where the default comes from, empty for us
	Env     string // variable in the environment, empty for none
	Number  bool   // of a string: the file may have a whole number for it, without quotes
	Check   func(string) error
}

// value is what a setting is set to.
type value struct {
	value any
	from  string
	at    Position
	set   bool // by somebody
}

// Config is all settings with their values.
type Config struct {
	settings []Setting
	index    map[string]int
	values   []value
	file     string
}

// New returns the settings, set to their defaults.
func New(settings []Setting) *Config {
	c := &Config{settings: settings, index: make(map[string]int, len(settings)), values: make([]value, len(settings))}
	for i, s := range settings {
		c.index[s.Name] = i
		from := s.From
		if from == "" {
			from = "default"
		}
		c.values[i] = value{value: s.Default, from: from}
	}
	return c
}

// Bool is the value of a setting that is one.
func (c *Config) Bool(name string) bool { return c.get(name).(bool) }

// String is the value of a setting that is one.
func (c *Config) String(name string) string { return c.get(name).(string) }

// List is the value of a setting that is one.
func (c *Config) List(name string) []string { return c.get(name).([]string) }

func (c *Config) get(name string) any { return c.values[c.index[name]].value }

// Set are the settings below a table that somebody has set, by their names below it.
func (c *Config) Set(table string) map[string]any {
	all := map[string]any{}
	for i, s := range c.settings {
		if rest, ok := strings.CutPrefix(s.Name, table+"."); ok && c.values[i].set {
			all[rest] = c.values[i].value
		}
	}
	return all
}

// Environ sets what variables of the environment say, as lookup finds them; empty ones say nothing.
func (c *Config) Environ(lookup func(string) (string, bool)) error {
	for i, s := range c.settings {
		if s.Env == "" {
			continue
		}
		text, ok := lookup(s.Env)
		if !ok || text == "" {
			continue
		}
		if err := c.setText(i, text, s.Env); err != nil {
			return fmt.Errorf("%s=%q: %w", s.Env, text, err)
		}
	}
	return nil
}

// Flag sets what a flag says. The flag has checked it.
func (c *Config) Flag(name, flag string, v any) {
	c.values[c.index[name]] = value{value: v, from: "flag --" + flag, set: true}
}

// setText sets a setting to what a text means.
func (c *Config) setText(i int, text, from string) (err error) {
	var v any = text
	switch c.settings[i].Default.(type) {
	case bool:
		if v, err = strconv.ParseBool(text); err != nil {
			return errBool
		}
	case []string:
		v = strings.FieldsFunc(text, func(r rune) bool { return r == ',' })
	}
	return c.set(i, v, from, Position{})
}

// set sets a setting to a value that has to be of its type.
func (c *Config) set(i int, v any, from string, at Position) error {
	s := &c.settings[i]
	switch s.Default.(type) {
	case bool:
		if _, ok := v.(bool); !ok {
			return errBool
		}
	case string:
		if n, whole := v.(int64); whole && s.Number {
			v = strconv.FormatInt(n, 10)
		}
		text, ok := v.(string)
		if !ok {
			return errString
		}
		if s.Check != nil {
			if err := s.Check(text); err != nil {
				return err
			}
		}
	case []string:
		list, ok := v.([]string)
		if text, one := v.(string); one {
			list, ok = []string{text}, true
		}
		if !ok {
			return errList
		}
		for _, text := range list {
			if s.Check == nil {
				break
			}
			if err := s.Check(text); err != nil {
				return err
			}
		}
		v = slices.Clone(list)
	}
	c.values[i] = value{value: v, from: from, at: at, set: true}
	return nil
}
