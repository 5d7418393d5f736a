package cli

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"unicode"

	"goapptrace/instrument"
)

// functionPatterns are patterns of names of functions or packages.
type functionPatterns struct{ patterns }

// Set implements [github.com/spf13/pflag.Value].
func (p *functionPatterns) Set(text string) error {
	var more patterns
	if err := more.Set(text); err != nil {
		return err
	}
	for _, pattern := range more {
		if err := checkFunctionPattern(pattern); err != nil {
			return err
		}
	}
	p.patterns = append(p.patterns, more...)
	return nil
}

// flagPatterns are patterns of functions by the flags that they come from.
type flagPatterns map[string][]string

// sayUnmatched warns of patterns that match nothing in a build.
func (p flagPatterns) sayUnmatched(plan *instrument.Plan) {
	for _, name := range slices.Sorted(maps.Keys(p)) {
		for _, pattern := range plan.Unmatched(p[name]) {
			say("--%s %q matches no function that has a hook. Leaf functions have one with --all, those of dependencies with --with.", name, pattern)
		}
	}
}

// notInNames are characters that names of functions don't have, and patterns of other kinds do.
const notInNames = "?^$|\\\"'`{};<>&!#=:"

// checkFunctionPattern says what keeps a pattern from having the form of a name.
func checkFunctionPattern(pattern string) error {
	for i, c := range pattern {
		if strings.ContainsRune(notInNames, c) || !unicode.IsPrint(c) || unicode.IsSpace(c) {
			return fmt.Errorf("pattern %q: names of functions have no %q, which stands at %q; * stands for any text", pattern, c, pattern[i:])
		}
	}
	for _, b := range []struct{ open, shut, inner, form string }{{"(", ")", "", "(*T)"}, {"[", "]", "...", "[...]"}} {
		if at := strings.Index(pattern, b.shut); at >= 0 && !strings.ContainsAny(pattern[:at], "*"+b.open) {
			return fmt.Errorf("pattern %q: there is no %q ahead of %q; in names of functions it ends a %s", pattern, b.open, pattern[at:], b.form)
		}
		if at := strings.LastIndex(pattern, b.open); at >= 0 && !opens(pattern[at+1:], b.shut, b.inner) {
			return fmt.Errorf("pattern %q: in names of functions %q begins a %s, not %q; * stands for any text", pattern, b.open, b.form, pattern[at:])
		}
	}
	return nil
}

// opens says whether the text behind a bracket can be that of a name: it goes on to the other bracket, with what has to be in between,
// or there is a * that may stand for all of that.
func opens(text, shut, inner string) bool {
	end := strings.IndexAny(text, "*"+shut)
	if end < 0 {
		return false
	}
	between := text[:end]
	return inner == "" || between == inner || text[end] == '*' && strings.HasPrefix(inner, between)
}
