package e2e

import (
	"io"
	"net"
	"sync"
	"testing"
)

// wire leads to a server, until it is cut.
type wire struct {
	ln net.Listener
	to string

	mu    sync.Mutex
	conns []net.Conn
	busy  sync.WaitGroup
}

func newWire(t *testing.T, to string) *wire {
	t.Helper()
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	w := &wire{ln: ln, to: to}
	w.busy.Go(w.accept)
	t.Cleanup(func() {
		_ = ln.Close()
		w.cut()
		w.busy.Wait()
	})
	return w
}

func (w *wire) addr() string { return w.ln.Addr().String() }

func (w *wire) accept() {
	for {
		from, err := w.ln.Accept()
		if err != nil {
			return
		}
		to, err := net.Dial("tcp", w.to)
		if err != nil {
			_ = from.Close()
			continue
		}
		w.mu.Lock()
		w.conns = append(w.conns, from, to)
		w.mu.Unlock()
		w.busy.Go(func() { carry(from, to) })
		w.busy.Go(func() { carry(to, from) })
	}
}

func carry(from, to net.Conn) {
	_, _ = io.Copy(to, from)
	_ = from.Close()
	_ = to.Close()
}

// cut breaks all connections, as a network does: neither end gets to say a word.
func (w *wire) cut() {
	w.mu.Lock()
	defer w.mu.Unlock()
	for _, c := range w.conns {
		_ = c.(*net.TCPConn).SetLinger(0)
		_ = c.Close()
	}
	w.conns = nil
}
