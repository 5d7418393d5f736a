package cli

import (
	"io"
	"sync"
	"time"

	"goapptrace/model"
	"goapptrace/protocol"
)

// maxWaiting bounds the output that waits for the program to connect, in bytes.
const maxWaiting = 1 << 20

// console leads the program's output, and how it ended, to its session in the model. What comes before the program
// has connected waits. A program that never does gets a session for it alone when it ends.
type console struct {
	store *model.Store

	mu      sync.Mutex
	pid     int64
	session *model.Session // the program's latest, nil before it connected
	early   map[int64]*model.Session
	waiting []outputPiece
	size    int
}

type outputPiece struct {
	at     time.Time
	stream string
	data   []byte
}

// starts tells the program's process ID.
func (c *console) starts(pid int64) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.pid = pid
	if s := c.early[pid]; s != nil {
		c.attach(s)
	}
	c.early = nil
}

// connected tells that process pid, perhaps the program, has a session.
func (c *console) connected(pid int64, s *model.Session) {
	c.mu.Lock()
	defer c.mu.Unlock()
	switch c.pid {
	case pid:
		c.attach(s)
	case 0:
		if c.early == nil {
			c.early = map[int64]*model.Session{}
		}
		c.early[pid] = s
	}
}

func (c *console) attach(s *model.Session) {
	c.session = s
	for _, p := range c.waiting {
		s.Output(p.at, p.stream, p.data)
	}
	c.waiting, c.size = nil, 0
}

func (c *console) exited(e model.Exit) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.session == nil {
		const id = 0 // the server's begin with 1
		s := c.store.Open(id, time.Now(), "")
		s.State(time.Now(), protocol.StateLost, "the program ended before it connected")
		c.attach(s)
	}
	c.session.Exited(time.Now(), e)
}

func (c *console) stream(name string) io.Writer { return consoleStream{c, name} }

type consoleStream struct {
	console *console
	name    string
}

// Write implements [io.Writer]. It keeps no part of data.
func (s consoleStream) Write(data []byte) (int, error) {
	c := s.console
	c.mu.Lock()
	defer c.mu.Unlock()
	switch {
	case c.session != nil:
		c.session.Output(time.Now(), s.name, data)
	case c.size+len(data) <= maxWaiting:
		c.waiting = append(c.waiting, outputPiece{time.Now(), s.name, append([]byte(nil), data...)})
		c.size += len(data)
	}
	return len(data), nil
}
