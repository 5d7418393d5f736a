package remote

import (
	"net"
	"strings"
	"sync"
	"testing"
	"time"

	gossh "golang.org/x/crypto/ssh"
)

// deaf is a connection that reads nothing any more when it is told so.
type deaf struct {
	net.Conn

	mu sync.Mutex // held by who has it read nothing
}

// Read implements [net.Conn].
func (d *deaf) Read(p []byte) (int, error) {
	d.mu.Lock()
	d.mu.Unlock() //nolint:staticcheck // it is only waited for
	return d.Conn.Read(p)
}

// A viewer that takes nothing is dropped, and the others don't notice.
func TestAStalledViewerAmongMany(t *testing.T) {
	others := 49
	if raceDetector { // which makes screens ten times as slow
		others = 9
	}
	h := open(t, func(_ *house, c *Config) {
		c.Limits.Stall = 3 * time.Second
		c.Limits.Viewers = others + 1
	})
	var all []*terminal
	for range others {
		all = append(all, h.watch(h.must(h.watcher), 120, 36))
	}
	plain := h.raw("127.0.0.1")
	stalling := &deaf{Conn: plain}
	transport, channels, requests, err := gossh.NewClientConn(stalling, h.server.Addr(), clientConfig(h.watcher))
	if err != nil {
		t.Fatal(err)
	}
	h.watch(gossh.NewClient(transport, channels, requests), 120, 36).waitFor("waiting")
	for _, w := range all {
		w.waitFor("waiting")
	}

	stalling.mu.Lock()
	defer stalling.mu.Unlock()
	for id := uint64(1); len(h.server.Viewers()) > others; id++ {
		if id > 2000 {
			t.Fatal("the stalled viewer is still there")
		}
		h.store.Open(id, time.Now(), "unix:stall") // something to draw
		time.Sleep(20 * time.Millisecond)
	}
	if !strings.Contains(h.log.String(), errStalled.Error()) {
		t.Errorf("the log doesn't say why:\n%s", h.log)
	}
	for _, w := range all {
		w.forget()
		w.typeIn("?")
	}
	for _, w := range all {
		w.waitFor("Help")
	}
	if got := len(h.server.Viewers()); got != others {
		t.Errorf("%d viewers are left, want %d", got, others)
	}
}
