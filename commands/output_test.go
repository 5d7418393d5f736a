package commands

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"
)

// until is a writer behind which a context ends once it has been written to so many times.
type until struct {
	bytes.Buffer
	writes int
	end    context.CancelFunc
}

// Write implements [io.Writer].
func (u *until) Write(p []byte) (int, error) {
	if u.writes--; u.writes == 0 {
		u.end()
	}
	return u.Buffer.Write(p)
}

// Whenever a list is cut off, what was written of it ends with a whole line.
func TestOutputEndsWithALine(t *testing.T) {
	for _, length := range []int{1, 7, 100, outputSize - 1, outputSize, outputSize + 1, 3 * outputSize} {
		for writes := 1; writes <= 3; writes++ {
			ctx, cancel := context.WithCancel(t.Context())
			w := &until{writes: writes, end: cancel}
			out := newOutput(ctx, w)
			line := strings.Repeat("x", length) + "\n"
			var err error
			for n := 0; err == nil && n < 16*outputSize; n += len(line) {
				if _, err = fmt.Fprint(out, line[:length/2]); err == nil { // as a line may be written in pieces
					_, err = fmt.Fprint(out, line[length/2:])
				}
			}
			cancel()
			got := w.String()
			if !errors.Is(err, context.Canceled) || !errors.Is(out.Flush(), context.Canceled) {
				t.Errorf("lines of %d bytes, cut off after %d writes: %v, %v", length, writes, err, out.Flush())
			}
			if got == "" || got != strings.Repeat(line, len(got)/len(line)) {
				t.Errorf("lines of %d bytes, cut off after %d writes, end with %.20q", length, writes, got[strings.LastIndexByte(got, '\n')+1:])
			}
		}
	}
}

// Nothing is held back at the end, and nothing large is collected before.
func TestOutputIsWhole(t *testing.T) {
	var w bytes.Buffer
	out := newOutput(t.Context(), &w)
	var want strings.Builder
	for i := range 5000 {
		line := fmt.Sprintf("%d %s\n", i, strings.Repeat("é", i%97))
		want.WriteString(line)
		_, _ = out.Write([]byte(line))
		if held := want.Len() - w.Len(); held > outputSize {
			t.Fatalf("%d bytes are held back", held)
		}
	}
	_, _ = fmt.Fprint(out, "no end")
	if err := out.Flush(); err != nil || w.String() != want.String()+"no end" {
		t.Errorf("wrote %d bytes of %d, %v", w.Len(), want.Len(), err)
	}
}
