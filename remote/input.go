package remote

import (
	"io"
	"time"
)

// What a viewer may type, in bytes: so much at once, and so much a second. Bubble Tea keeps what is pasted until the paste ends, and sequences
// until they are complete or nothing has come for a while: a viewer's keyboard could fill the memory of the machine.
const (
	typedAtOnce = 256 << 10
	typedRate   = 1 << 10
	typedPause  = 100 * time.Millisecond
)

// input is what a viewer types. It tells when nothing was typed for a time.
type input struct {
	typed io.Reader
	after time.Duration
	idle  *time.Timer

	left float64 // bytes that may be read now
	at   time.Time
}

func newInput(typed io.Reader, after time.Duration, idle func()) *input {
	return &input{typed: typed, after: after, idle: time.AfterFunc(after, idle), left: typedAtOnce, at: time.Now()}
}

// Read implements [io.Reader]. It waits while too much was typed.
func (i *input) Read(p []byte) (int, error) {
	i.fill()
	for i.left < 1 {
		time.Sleep(typedPause)
		i.fill()
	}
	n, err := i.typed.Read(p[:min(len(p), int(i.left))])
	i.left -= float64(n)
	if n > 0 {
		i.idle.Reset(i.after)
	}
	return n, err
}

// fill takes in that time has gone by.
func (i *input) fill() {
	now := time.Now()
	i.left = min(i.left+typedRate*now.Sub(i.at).Seconds(), typedAtOnce)
	i.at = now
}

func (i *input) stop() { i.idle.Stop() }
