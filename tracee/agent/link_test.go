package agent

import (
	"io"
	"runtime"
	"testing"
	"time"
)

// Garbage of ours makes the traced program collect more often, and so its threads stop more often than they would without us.
// What sending takes mustn't be left to a collection either, or each brings on the next one.
func TestSendingLeavesNoGarbage(t *testing.T) {
	l := newLink(newAgent(config{}), nowhere{})
	events := typicalEvents()
	send := func() {
		l.stream.pack(events)
		if err := l.stream.flush(0); err != nil {
			t.Fatal(err)
		}
	}
	send()
	for range 3 {
		runtime.GC()
	}
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	send()
	runtime.ReadMemStats(&after)
	if got, frame := after.TotalAlloc-before.TotalAlloc, uint64(len(l.a.frame)); got > frame/4 {
		t.Errorf("a frame of %d bytes allocates %d", frame, got)
	}
}

// nowhere is a connection to a viewer that takes all, and says nothing.
type nowhere struct{}

func (nowhere) Read([]byte) (int, error)         { return 0, io.EOF }
func (nowhere) Write(p []byte) (int, error)      { return len(p), nil }
func (nowhere) Close() error                     { return nil }
func (nowhere) SetReadDeadline(time.Time) error  { return nil }
func (nowhere) SetWriteDeadline(time.Time) error { return nil }
