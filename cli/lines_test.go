package cli

import (
	"bytes"
	"errors"
	"strings"
	"syscall"
	"testing"
)

// pieces records what is written at once.
type pieces [][]byte

func (p *pieces) Write(data []byte) (int, error) {
	*p = append(*p, bytes.Clone(data))
	return len(data), nil
}

func TestLineWriterWritesWholeLines(t *testing.T) {
	var got pieces
	w := newLineWriter(&got)
	line := strings.Repeat("x", 999) + "\n"
	long := strings.Repeat("y", 3*pipeBuf) + "\n"
	want := strings.Repeat(line, 10) + long + line
	w.write(1, []byte(want), nil)
	for _, piece := range got {
		if piece[len(piece)-1] != '\n' || (len(piece) > pipeBuf && len(piece) != len(long)) {
			t.Errorf("a piece of %d bytes, ending in %q", len(piece), piece[len(piece)-1])
		}
	}
	if all := string(bytes.Join(got, nil)); all != want {
		t.Errorf("%d bytes arrived, want %d", len(all), len(want))
	}
}

func TestLineWriterTitlesSources(t *testing.T) {
	var out bytes.Buffer
	w := newLineWriter(&out)
	title := func() []byte { return []byte("title\n") }
	w.write(1, []byte("a\n"), title)
	w.write(1, []byte("b\n"), title)
	w.write(2, []byte("c\n"), title)
	w.write(1, []byte("d\n"), nil)
	const want = "title\na\nb\ntitle\nc\nd\n"
	if out.String() != want {
		t.Errorf("got %q, want %q", &out, want)
	}
}

// broken fails with err, once; a second write is an error of the test.
type broken struct {
	t      *testing.T
	err    error
	called bool
}

func (b *broken) Write([]byte) (int, error) {
	if b.called {
		b.t.Error("written to again after an error")
	}
	b.called = true
	return 0, b.err
}

func TestLineWriterStopsAtAnError(t *testing.T) {
	full := errors.New("disk full")
	for _, tt := range []struct{ err, fault error }{{syscall.EPIPE, nil}, {full, full}} {
		w := newLineWriter(&broken{t: t, err: tt.err})
		w.write(1, []byte("a\n"), nil)
		w.write(1, []byte("b\n"), nil)
		select {
		case <-w.failed:
		default:
			t.Errorf("%v: failed is not closed", tt.err)
		}
		if got := w.fault(); !errors.Is(got, tt.fault) {
			t.Errorf("%v: fault %v, want %v", tt.err, got, tt.fault)
		}
	}
}
