package commands

import (
	"fmt"
	"math"
	"strconv"
	"strings"
)

// sessionNumber is the number of a session as a word.
func sessionNumber(word string) (uint64, error) {
	id, err := strconv.ParseUint(word, 10, 64)
	if err != nil {
		return 0, fmt.Errorf("session %q: needs a number, such as %q lists", word, program+" sessions")
	}
	return id, nil
}

func noSession(id uint64) error {
	return fmt.Errorf("there is no session %d: %q lists those that there are", id, program+" sessions")
}

// numbers are those of sessions as a flag that may be given again.
type numbers struct{ list *[]uint64 }

// Set implements [github.com/spf13/pflag.Value].
func (n *numbers) Set(text string) error {
	id, err := sessionNumber(text)
	if err == nil {
		*n.list = append(*n.list, id)
	}
	return err
}

// String implements [github.com/spf13/pflag.Value].
func (n *numbers) String() string {
	if n.list == nil {
		return ""
	}
	return strings.Trim(fmt.Sprint(*n.list), "[]")
}

// Type implements [github.com/spf13/pflag.Value].
func (*numbers) Type() string { return "number" }

// count is a number of things as a flag. Which numbers make sense is the command's to say.
type count struct{ n *int }

// Set implements [github.com/spf13/pflag.Value].
func (c count) Set(text string) error {
	n, err := strconv.ParseInt(text, 0, strconv.IntSize)
	if err != nil {
		return fmt.Errorf("needs a number, %d at most", math.MaxInt)
	}
	*c.n = int(n)
	return nil
}

// String implements [github.com/spf13/pflag.Value].
func (c count) String() string { return strconv.Itoa(*c.n) }

// Type implements [github.com/spf13/pflag.Value].
func (count) Type() string { return "int" }
