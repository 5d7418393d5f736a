package cli

import (
	"sync"

	"goapptrace/protocol"
	"goapptrace/session"
)

// witness knows the latest session of each process that a program under run has become or started.
type witness struct {
	mu       sync.Mutex
	sessions map[int64]uint64 // by process
}

// stand makes the feeds of open tell the witness whose sessions they are.
func (w *witness) stand(open opener) opener {
	return func(id uint64, remote string) feed { return witnessed{open(id, remote), w, id} }
}

// of is the session of process pid, 0 when it had none.
func (w *witness) of(pid int64) uint64 {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.sessions[pid]
}

func (w *witness) note(pid int64, id uint64) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.sessions == nil {
		w.sessions = map[int64]uint64{}
	}
	w.sessions[pid] = id
}

// witnessed is a feed that tells whose session it is.
type witnessed struct {
	feed
	witness *witness
	id      uint64
}

func (f witnessed) take(ev session.Event) {
	f.feed.take(ev)
	if ev.Hello != nil && ev.Version != (protocol.Version{}) {
		f.witness.note(ev.Hello.PID, f.id)
	}
}
