package linefmt

import (
	"fmt"
	"strings"

	"goapptrace/ui/safe"
)

// Pointed is an error about a text, with the text in a line below it, and a ^ below the place behind the part that stands before it.
func Pointed(err error, text, before string) error {
	return fmt.Errorf("%w\n  %s\n  %s^", err, safe.String(text), strings.Repeat(" ", safe.Width(safe.String(before))))
}
