package hook

import _ "unsafe" // for linkname

// Packages log and log/slog, where they are rebuilt with a tap, have variables by the same linker names, without a value. Where this
// package is in the program too, they have these. So a build with taps can make programs without hooks as well.

// logTap is called by a [log.Logger] with a line just before it is written, while other goroutines wait to write theirs.
//
//go:linkname logTap goapptrace.logTap
var logTap = logged

// slogTap is called by a [slog.Logger] just before its handler is, if tapped says so.
//
//go:linkname slogTap goapptrace.slogTap
var slogTap = slogged

//go:linkname tapped goapptrace.tapped
var tapped = taps
