package cli

import (
	"bytes"
	"fmt"
	"io"
	"regexp"
	"strconv"
	"strings"
	"testing"
)

// sink is a reader of what is pumped, who may wait.
type sink struct {
	bytes.Buffer
	taking chan struct{} // closed when it may go on
	err    error
	closed bool
}

func (s *sink) Write(data []byte) (int, error) {
	<-s.taking
	if s.err != nil {
		return 0, s.err
	}
	return s.Buffer.Write(data)
}

func (s *sink) Close() error { s.closed = true; return nil }

func numbered(lines int) string {
	var b strings.Builder
	for i := range lines {
		fmt.Fprintln(&b, "line", i)
	}
	return b.String()
}

func TestPumpPassesOnAll(t *testing.T) {
	s := &sink{taking: make(chan struct{})}
	close(s.taking)
	text := numbered(10_000) // less than what may wait
	pump(s, strings.NewReader(text))
	if s.String() != text || !s.closed {
		t.Errorf("%d bytes arrived, want %d; closed: %v", s.Len(), len(text), s.closed)
	}
}

// feedThenFree is a source that lets the sink go on once it has been read to its end.
type feedThenFree struct {
	io.Reader
	sink *sink
}

func (f feedThenFree) Read(data []byte) (int, error) {
	n, err := f.Reader.Read(data)
	if err != nil {
		close(f.sink.taking)
	}
	return n, err
}

// A reader that doesn't read doesn't hold up the writer, and is told what it missed.
func TestPumpNeverWaits(t *testing.T) {
	s := &sink{taking: make(chan struct{})}
	text := numbered(1_000_000)
	pump(s, feedThenFree{strings.NewReader(text), s})
	got, missing, notices := s.String(), 0, 0
	for _, notice := range regexp.MustCompile(`\n\[(\d+) bytes .*\]\n`).FindAllStringSubmatch(got, -1) {
		n, _ := strconv.Atoi(notice[1])
		got, missing, notices = strings.Replace(got, notice[0], "", 1), missing+n, notices+1
	}
	if notices == 0 || !strings.HasPrefix(got, text[:pumpRead]) || len(got)+missing != len(text) {
		t.Errorf("%d notices; %d bytes arrived and %d are said to be missing, want %d together", notices, len(got), missing, len(text))
	}
}

// A reader that is gone changes nothing for the writer.
func TestPumpOutlivesItsReader(t *testing.T) {
	s := &sink{taking: make(chan struct{}), err: io.ErrClosedPipe}
	close(s.taking)
	src := strings.NewReader(numbered(1_000_000))
	pump(s, src)
	if src.Len() > 0 || !s.closed {
		t.Errorf("%d bytes were left unread; closed: %v", src.Len(), s.closed)
	}
}
