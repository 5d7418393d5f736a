package cli

import (
	"errors"
	"strconv"
)

// level is how deep calls may be nested; 0, which can't be asked for, for any depth.
type level int

// Set implements [github.com/spf13/pflag.Value].
func (l *level) Set(text string) error {
	n, err := strconv.Atoi(text)
	if err != nil || n <= 0 {
		return errors.New("needs a number over 0")
	}
	*l = level(n)
	return nil
}

// String implements [github.com/spf13/pflag.Value].
func (l *level) String() string { return strconv.Itoa(int(*l)) }

// Type implements [github.com/spf13/pflag.Value].
func (*level) Type() string { return "int" }
