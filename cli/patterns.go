package cli

import (
	"errors"
	"strings"
)

// patterns are those of a flag that may be given again, with commas between them.
type patterns []string

// Set implements [github.com/spf13/pflag.Value].
func (p *patterns) Set(text string) error {
	for pattern := range strings.SplitSeq(text, ",") {
		pattern = strings.TrimSpace(pattern)
		if pattern == "" { // perhaps of a variable that isn't set: then nothing would be redacted
			return errors.New("a pattern is empty")
		}
		*p = append(*p, pattern)
	}
	return nil
}

// String implements [github.com/spf13/pflag.Value].
func (p *patterns) String() string { return strings.Join(*p, ",") }

// Type implements [github.com/spf13/pflag.Value].
func (*patterns) Type() string { return "patterns" }
