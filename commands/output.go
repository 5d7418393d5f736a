package commands

import (
	"bufio"
	"context"
	"io"
)

// output is where a command lists things. After an error it takes nothing more.
type output struct {
	*bufio.Writer
	line []byte // that is being made
}

// newOutput writes to w until ctx ends.
func newOutput(ctx context.Context, w io.Writer) *output {
	const size = 32 << 10 // as much as an SSH client takes at once
	return &output{Writer: bufio.NewWriterSize(untilDone{ctx, w}, size)}
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
