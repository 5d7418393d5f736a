package config

import (
	"cmp"
	"errors"
	"fmt"
	"path/filepath"
	"slices"
	"strings"

	"github.com/pelletier/go-toml/v2"
)

// Errors of values.
var (
	errBool   = errors.New("needs true or false")
	errString = errors.New(`needs a text in quotes, such as "auto"`)
	errList   = errors.New(`needs a text in quotes or a list of them, such as ["a", "b"]`)
	errTable  = errors.New("is a table of settings, not one of them")
)

// Position is a place in a file, both numbers from 1 on; zero when it isn't known.
type Position struct{ Line, Column int }

// Error is a mistake in the file.
type Error struct {
	File string
	At   Position
	Err  error
}

func (e *Error) Error() string {
	if e.At == (Position{}) {
		return fmt.Sprintf("%s: %v", e.File, e.Err)
	}
	return fmt.Sprintf("%s:%d:%d: %v", e.File, e.At.Line, e.At.Column, e.Err)
}

func (e *Error) Unwrap() error { return e.Err }

// File sets what a file says, whose name is for errors and for telling where values come from. All mistakes are told, each as an
// [*Error], in the order of their lines.
func (c *Config) File(name string, text []byte) error {
	c.file = name
	var tree map[string]any
	err := toml.Unmarshal(text, &tree)
	var syntax *toml.DecodeError
	switch {
	case errors.As(err, &syntax):
		line, column := syntax.Position()
		return &Error{name, Position{line, column}, errors.New(strings.TrimPrefix(syntax.Error(), "toml: "))}
	case err != nil:
		return &Error{name, Position{}, err}
	}
	f := fileReader{c, positions(text), nil}
	f.table("", tree)
	slices.SortStableFunc(f.wrong, func(a, b *Error) int {
		return cmp.Or(cmp.Compare(a.At.Line, b.At.Line), cmp.Compare(a.At.Column, b.At.Column))
	})
	errs := make([]error, len(f.wrong))
	for i, err := range f.wrong {
		errs[i] = err
	}
	return errors.Join(errs...)
}

// fileReader sets what a file says.
type fileReader struct {
	*Config
	at    map[string]Position
	wrong []*Error
}

func (f *fileReader) fail(name string, err error) {
	f.wrong = append(f.wrong, &Error{f.file, f.at[name], err})
}

// table sets what a table says. Its name ends with a dot, or is empty.
func (f *fileReader) table(name string, entries map[string]any) {
	for key, v := range entries {
		full := name + key
		i, known := f.index[full]
		sub, isTable := v.(map[string]any)
		switch {
		case known && isTable:
			f.fail(full, fmt.Errorf("%s is one setting, not a table of them", full))
		case isTable && f.hasTable(full):
			f.table(full+".", sub)
		case isTable:
			f.fail(full, fmt.Errorf("there is no table [%s]%s", full, f.nearest(full, f.tables())))
		case known:
			from := fmt.Sprintf("%s, line %d", filepath.Base(f.file), f.at[full].Line)
			if err := f.set(i, plain(v), from, f.at[full]); err != nil {
				f.fail(full, fmt.Errorf("%s: %w", full, err))
			}
		case f.hasTable(full):
			f.fail(full, fmt.Errorf("%s %w", full, errTable))
		default:
			f.fail(full, fmt.Errorf("there is no setting %q%s", full, f.nearest(full, f.names())))
		}
	}
}

// plain makes lists of texts of those lists that are.
func plain(v any) any {
	list, ok := v.([]any)
	if !ok {
		return v
	}
	texts := make([]string, len(list))
	for i, e := range list {
		if texts[i], ok = e.(string); !ok {
			return v
		}
	}
	return texts
}

// names are those of all settings.
func (c *Config) names() []string {
	names := make([]string, len(c.settings))
	for i, s := range c.settings {
		names[i] = s.Name
	}
	return names
}

// tables are the names of all tables, also of those that hold nothing but tables.
func (c *Config) tables() []string {
	var all []string
	for _, s := range c.settings {
		for i, r := range s.Name {
			if table := s.Name[:i]; r == '.' && !slices.Contains(all, table) {
				all = append(all, table)
			}
		}
	}
	return all
}

func (c *Config) hasTable(name string) bool { return slices.Contains(c.tables(), name) }
