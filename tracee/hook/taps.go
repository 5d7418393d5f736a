package hook

import _ "unsafe" // for linkname

// Packages log and log/slog, where they are rebuilt with a tap, know these variables by the same names. They call
// them while they aren't nil, on the goroutine that logs, just before the line or the record goes its usual way. Being
// variables, they need no package hook in a program that has one of ours in its build, but not in itself.

// logTap gets a line as [log.Logger] writes it, newline included, which is only lent.
//
//go:linkname logTap goapptrace.logTap
var logTap func(line []byte)

// slogTap gets a record's attributes as key, value, key, value, the keys of groups with dots in between.
//
//go:linkname slogTap goapptrace.slogTap
var slogTap func(level, message string, attrs []string)

// SetTaps says who gets what the program logs; nil for nobody. The race detector doesn't look: seeing a change late does no harm.
//
//go:norace
func SetTaps(line func(line []byte), record func(level, message string, attrs []string)) {
	logTap, slogTap = line, record
}
