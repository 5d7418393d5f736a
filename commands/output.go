package commands

import (
	"bytes"
	"context"
	"io"
)

// output is where a command lists things. It writes whole lines, so that a list which is cut off ends with one. After an error it
// takes nothing more.
type output struct {
	w    io.Writer
	held []byte // from the beginning of a line
	err  error
	line []byte // that is being made
}

// outputSize is how much is held back, in bytes: as much as an SSH client takes at once. A longer line is held until its end.
const outputSize = 32 << 10

// newOutput writes to w until ctx ends.
func newOutput(ctx context.Context, w io.Writer) *output {
	return &output{w: untilDone{ctx, w}, held: make([]byte, 0, outputSize)}
}

// Write implements [io.Writer].
func (o *output) Write(p []byte) (int, error) {
	if len(o.held)+len(p) > outputSize {
		o.writeLines()
	}
	if o.held = append(o.held, p...); len(o.held) > outputSize {
		o.writeLines()
	}
	if o.err != nil {
		return 0, o.err
	}
	return len(p), nil
}

// writeLines writes the lines that are whole.
func (o *output) writeLines() { o.write(bytes.LastIndexByte(o.held, '\n') + 1) }

// Flush writes what is held back, at the end of a line or of all.
func (o *output) Flush() error {
	o.write(len(o.held))
	return o.err
}

// write writes the first n bytes of what is held.
func (o *output) write(n int) {
	if n > 0 && o.err == nil {
		_, o.err = o.w.Write(o.held[:n])
	}
	if o.err != nil {
		n = len(o.held) // nobody will have it
	}
	o.held = append(o.held[:0], o.held[n:]...)
}

// untilDone is a writer that fails once its context has ended.
type untilDone struct {
	ctx context.Context
	w   io.Writer
}

func (u untilDone) Write(p []byte) (int, error) {
	if u.ctx.Err() != nil {
		return 0, context.Cause(u.ctx)
	}
	return u.w.Write(p)
}
