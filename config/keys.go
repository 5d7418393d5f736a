package config

import (
	"cmp"
	"errors"
	"fmt"
	"slices"
	"strings"
)

// Exclusive checks that no two actions share a key where both mean something, unless both have it by default. Actions are the
// lists below the table; those of two tables below it mean something at the same time when together says so.
func (c *Config) Exclusive(root string, together func(a, b string) bool) error {
	var actions []int
	for i, s := range c.settings {
		if strings.HasPrefix(s.Name, root+".") {
			actions = append(actions, i)
		}
	}
	var wrong []*Error
	for _, i := range actions {
		if !c.differs(i) {
			continue
		}
		for _, key := range c.values[i].value.([]string) {
			if others := c.sharing(i, key, actions, root, together); len(others) > 0 {
				wrong = append(wrong, &Error{c.file, c.values[i].at, fmt.Errorf(
					"%s: %q is the key of %s too: take another, or give that one another", c.settings[i].Name, key, strings.Join(others, ", "))})
			}
		}
	}
	slices.SortStableFunc(wrong, func(a, b *Error) int { return cmp.Compare(a.At.Line, b.At.Line) })
	errs := make([]error, len(wrong))
	for i, err := range wrong {
		errs[i] = err
	}
	return errors.Join(errs...)
}

// differs says whether a list is another one than by default.
func (c *Config) differs(i int) bool {
	return !slices.Equal(c.values[i].value.([]string), c.settings[i].Default.([]string))
}

// byDefault says whether a list holds a key by default.
func (c *Config) byDefault(i int, key string) bool {
	return slices.Contains(c.settings[i].Default.([]string), key)
}

// sharing are the other actions that have a key of the action i. Of two that the user has given it, the later one is told.
func (c *Config) sharing(i int, key string, actions []int, root string, together func(a, b string) bool) (names []string) {
	scope := func(i int) string { return strings.TrimPrefix(table(c.settings[i].Name), root+".") }
	for _, k := range actions {
		v := &c.values[k]
		later := c.differs(k) && (v.at.Line > c.values[i].at.Line || v.at == c.values[i].at)
		if k == i || later || !slices.Contains(v.value.([]string), key) || c.byDefault(i, key) && c.byDefault(k, key) {
			continue
		}
		if a, b := scope(i), scope(k); a == b || together(a, b) {
			names = append(names, strings.TrimPrefix(c.settings[k].Name, root+"."))
		}
	}
	return names
}
