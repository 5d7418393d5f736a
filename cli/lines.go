package cli

import (
	"bytes"
	"errors"
	"io"
	"sync"
	"syscall"
)

// pipeBuf is how much a pipe takes at once (PIPE_BUF of Linux): lines of other writers to the same pipe,
// such as the traced program, then stand between ours and not inside them.
const pipeBuf = 4096

// lineWriter lets several goroutines write whole lines. After an error, such as a reader that went away,
// it writes nothing more.
type lineWriter struct {
	mu     sync.Mutex
	w      io.Writer
	err    error
	source uint64        // whose lines were written last
	failed chan struct{} // closed at the first error
}

func newLineWriter(w io.Writer) *lineWriter {
	return &lineWriter{w: w, failed: make(chan struct{})}
}

// write puts out lines, which end in a newline. If another source has written since this one did,
// they are preceded by what title says, unless it is nil.
func (l *lineWriter) write(source uint64, lines []byte, title func() []byte) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if title != nil && source != l.source {
		l.put(title())
	}
	l.source = source
	l.put(lines)
}

// put writes in pieces of whole lines.
func (l *lineWriter) put(lines []byte) {
	for len(lines) > 0 && l.err == nil {
		n := wholeLines(lines, pipeBuf)
		if _, err := l.w.Write(lines[:n]); err != nil {
			l.err = err
			close(l.failed)
		}
		lines = lines[n:]
	}
}

// wholeLines is the length of as many lines as fit into most bytes, of the first line if that one doesn't.
func wholeLines(lines []byte, most int) int {
	if len(lines) <= most {
		return len(lines)
	}
	if n := bytes.LastIndexByte(lines[:most], '\n'); n >= 0 {
		return n + 1
	}
	if n := bytes.IndexByte(lines, '\n'); n >= 0 {
		return n + 1
	}
	return len(lines)
}

// fault is the error that ended the writing; nil too when the reader just had enough.
func (l *lineWriter) fault() error {
	l.mu.Lock()
	defer l.mu.Unlock()
	if errors.Is(l.err, syscall.EPIPE) {
		return nil
	}
	return l.err
}
