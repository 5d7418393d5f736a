package cli

import (
	"fmt"
	"strings"

	"goapptrace/model"
	"goapptrace/protocol"
	"goapptrace/ui/safe"
)

// exitText says on a line how a program ended.
func exitText(e model.Exit) string {
	text := fmt.Sprintf("exited %d", e.Status)
	if e.Signal != "" {
		text = "ended by signal: " + e.Signal
	}
	if e.Crash != "" {
		text += ", " + headline(e.Crash)
	}
	return text
}

// headline is what a report of a crash is about: its first line that says something.
func headline(crash protocol.Text) string {
	line, _, _ := strings.Cut(strings.TrimLeft(string(crash), "\n"), "\n")
	return safe.Text(protocol.Text(line))
}
