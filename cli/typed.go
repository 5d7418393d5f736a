package cli

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"sync"
)

// maxTyped is how many lines may wait for the program to read them.
const maxTyped = 64

// typed is the program's standard input while the user types it. Its Write and Close return at once.
type typed struct {
	pipe  *os.File
	ended func()        // is called when nothing more is written; set before the first Write or Close
	done  chan struct{} // closed after that

	mu     sync.Mutex
	closed bool
	lines  chan []byte // closed by Close
}

// newTyped returns the input and the end of the pipe for the program, which the caller closes once it has started.
func newTyped() (*typed, *os.File, error) {
	r, w, err := os.Pipe()
	if err != nil {
		return nil, nil, fmt.Errorf("the program's standard input: %w", err)
	}
	t := &typed{pipe: w, ended: func() {}, done: make(chan struct{}), lines: make(chan []byte, maxTyped)}
	go t.run()
	return t, r, nil
}

func (t *typed) run() {
	defer close(t.done)
	for line := range t.lines {
		_, _ = t.pipe.Write(line) // fails when the program reads no more, which is its right
	}
	_ = t.pipe.Close()
	t.ended()
}

var errInputEnded = errors.New("the program's input has ended")

// Write implements [io.Writer].
func (t *typed) Write(line []byte) (int, error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.closed {
		return 0, errInputEnded
	}
	select {
	case t.lines <- bytes.Clone(line):
		return len(line), nil
	default:
		return 0, fmt.Errorf("the program doesn't read its input: %d lines wait already", maxTyped)
	}
}

// Close ends the input after the lines that wait.
func (t *typed) Close() error {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.closed {
		return errInputEnded
	}
	t.closed = true
	close(t.lines)
	return nil
}

// stop ends the input at once.
func (t *typed) stop() {
	_ = t.Close()
	_ = t.pipe.Close() // wakes a write that nobody reads
	<-t.done
}
