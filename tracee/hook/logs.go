package hook

import "unsafe"

// logged notes a line that package log is about to write. A build inserts the call into that package.
//
//go:linkname logged goapptrace.log
//go:norace
func logged(line []byte) {
	if !taps() {
		return
	}
	if n := len(line); n > 0 && line[n-1] == '\n' {
		line = line[:n-1]
	}
	parts := [1]string{unsafe.String(unsafe.SliceData(line), len(line))}
	writeNote(NoteLog, nanotime(), parts[:], nil)
}

// slogged notes a record of package log/slog, of which attributes are by turns a key and its value.
//
//go:linkname slogged goapptrace.slog
//go:norace
func slogged(level, message string, attributes []string) {
	if !taps() {
		return
	}
	parts := [2]string{level, message}
	writeNote(NoteSlog, nanotime(), parts[:], attributes)
}

// taps says whether anybody is interested in what the running goroutine logs.
//
//go:linkname taps goapptrace.taps
//go:norace
func taps() bool { return mode == ModeOn && !answering() }
