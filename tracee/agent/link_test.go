package agent

import (
	"io"
	"runtime"
	"testing"
	"time"

	"goapptrace/tracee/hook"
)

// Garbage of ours makes the traced program collect more often, and so its threads stop more often than they would without us.
// What sending takes mustn't be left to a collection either, or each brings on the next one.
func TestSendingLeavesNoGarbage(t *testing.T) {
	l := newLink(newAgent(config{}), nowhere{})
	events := make([]hook.Event, 12000)
	for i := range events {
		events[i] = hook.Event{Time: int64(40 * i), G: uint64(18 + i/500), Func: uint32(1 + i/2%300), Kind: hook.Kind(i % 2)}
	}
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
