package query

import (
	"errors"
	"regexp"
	"regexp/syntax"
)

// maxParts is how many parts the regular expressions of a filter may have, see [partsOf]. Without a bound as few characters as a filter may
// have stand for 100,000 of them, and the name of a function takes a quarter of a second: nobody else gets at the session meanwhile.
const maxParts = 256

// pattern compiles the regular expression at a place in a filter.
func (c compiler) pattern(at int, text string) (*regexp.Regexp, error) {
	tree, err := syntax.Parse(text, syntax.Perl)
	if err != nil {
		return nil, badPattern(at, err)
	}
	if *c.parts += partsOf(tree); *c.parts > maxParts {
		return nil, failure(at, "regular expressions of %d parts, counting what may be repeated each time; up to %d", *c.parts, maxParts)
	}
	re, err := regexp.Compile(text)
	if err != nil {
		return nil, badPattern(at, err)
	}
	return re, nil
}

// partsOf is how many parts a regular expression has, those that may be repeated so many times counted as often. A literal is one.
func partsOf(re *syntax.Regexp) int {
	n := 1
	for _, sub := range re.Sub {
		n += partsOf(sub)
	}
	if re.Op == syntax.OpRepeat {
		n *= max(re.Min, re.Max, 1)
	}
	return n
}

func badPattern(at int, err error) *Error {
	var bad *syntax.Error
	if errors.As(err, &bad) {
		return failure(at, "not a regular expression: %s: %s", bad.Code, bad.Expr)
	}
	return failure(at, "not a regular expression: %s", err)
}
