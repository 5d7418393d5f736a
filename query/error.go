package query

import (
	"errors"
	"fmt"
	"strings"
	"unicode/utf8"
)

// Error says what is wrong with a text, and where.
type Error struct {
	Text    string
	At      int // characters (runes) before the place
	Message string
}

func (e *Error) Error() string { return fmt.Sprintf("at character %d: %s", e.At+1, e.Message) }

// Before is the part of the text that stands before the place.
func (e *Error) Before() string {
	at := 0
	for range e.At {
		_, n := utf8.DecodeRuneInString(e.Text[at:])
		at += n
	}
	return e.Text[:at]
}

// in says in which text the error is.
func in(text string, err error) error {
	var e *Error
	if errors.As(err, &e) {
		e.Text = text
	}
	return err
}

// failure is an error in a text that isn't at hand.
func failure(at int, format string, args ...any) *Error {
	return &Error{At: at, Message: fmt.Sprintf(format, args...)}
}

// alternatives is "a, b or c".
func alternatives(list []string) string {
	n := len(list)
	if n < 2 {
		return strings.Join(list, "")
	}
	return strings.Join(list[:n-1], ", ") + " or " + list[n-1]
}
