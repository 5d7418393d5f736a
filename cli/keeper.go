package cli

import (
	"fmt"
	"io"
	"os"
	"sync"
)

// keepCommand is what a keeper is started with. A keeper is a process of ours between the program's output and the screen.
// It never lets the program wait, and stays as long as the program when we are stopped or killed: the program would
// else meet pipes that are full or broken, and the end of an input that nobody has ended. It passes on bytes, and
// understands none of them.
const keepCommand = "keep-output"

// The files of a keeper. Its standard input is the writing end of the program's.
const (
	keeperOrders  = 3 + iota // a byte: the user has ended the input
	keeperStdout             // from the program
	keeperStderr             //
	keeperStdout2            // to us
	keeperStderr2            //
	keeperFiles
)

// keep is what a keeper does.
func keep() {
	disguise()
	file := func(fd uintptr) *os.File { return os.NewFile(fd, "pipe") }
	go func() {
		if _, err := file(keeperOrders).Read(make([]byte, 1)); err == nil {
			_ = os.Stdin.Close()
		}
	}()
	var streams sync.WaitGroup
	streams.Go(func() { pump(file(keeperStdout2), file(keeperStdout)) })
	streams.Go(func() { pump(file(keeperStderr2), file(keeperStderr)) })
	streams.Wait()
}

// pumpRead is how much is read at once, and maxBehind how much a reader may be behind, in bytes.
const (
	pumpRead  = 64 << 10
	maxBehind = 256 << 10
)

// pump passes on what src brings until it ends, and closes dst. Whatever dst does, src is read: what is too much for
// dst is left out, which a line there tells.
func pump(dst io.WriteCloser, src io.Reader) {
	b := newBacklog()
	var writer sync.WaitGroup
	writer.Go(func() {
		defer dst.Close()
		for data := b.take(nil); data != nil; data = b.take(data) {
			if _, err := dst.Write(data); err != nil {
				b.abandon()
				return
			}
		}
	})
	chunk := make([]byte, pumpRead)
	for {
		n, err := src.Read(chunk)
		b.add(chunk[:n])
		if err != nil {
			break
		}
	}
	b.end()
	writer.Wait()
}

// backlog is what one goroutine adds and another one hasn't taken yet.
type backlog struct {
	mu        sync.Mutex
	changed   sync.Cond
	data      []byte
	missing   int // bytes that found no room after data
	ended     bool
	abandoned bool // nobody takes anything any more
}

func newBacklog() *backlog {
	b := new(backlog)
	b.changed.L = &b.mu
	return b
}

// add never waits.
func (b *backlog) add(data []byte) {
	b.mu.Lock()
	defer b.mu.Unlock()
	switch {
	case b.abandoned:
	case b.missing > 0 || len(b.data)+len(data) > maxBehind:
		b.missing += len(data)
	default:
		b.data = append(b.data, data...)
	}
	b.changed.Signal()
}

func (b *backlog) end() {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.ended = true
	b.changed.Signal()
}

func (b *backlog) abandon() {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.abandoned, b.data = true, nil
}

// take waits for data and returns all of it, nil when nothing will come. It may use the memory of spare.
func (b *backlog) take(spare []byte) []byte {
	b.mu.Lock()
	defer b.mu.Unlock()
	for len(b.data) == 0 && b.missing == 0 {
		if b.ended {
			return nil
		}
		b.changed.Wait()
	}
	data := b.data
	if b.missing > 0 {
		data = fmt.Appendf(data, "\n[%d bytes of output were not read in time, and are missing here]\n", b.missing)
	}
	b.data, b.missing = spare[:0], 0
	return data
}
