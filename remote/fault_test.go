package remote

import (
	"context"
	"errors"
	"io"
	"net"
	"strings"
	"testing"
	"time"

	gossh "golang.org/x/crypto/ssh"

	"goapptrace/ui"
)

// join connects from an address over a connection that can go deaf.
func (h *house) join(from string, key gossh.Signer) (*gossh.Client, *deaf) {
	h.t.Helper()
	d := &deaf{Conn: h.raw(from)}
	conn, channels, requests, err := gossh.NewClientConn(d, "", clientConfig(key))
	if err != nil {
		h.t.Fatal(err)
	}
	client := gossh.NewClient(conn, channels, requests)
	h.t.Cleanup(func() { _ = client.Close() })
	return client, d
}

func TestAMachineThatIsGone(t *testing.T) {
	h := open(t, func(_ *house, c *Config) { c.Limits.Silence, c.Limits.Stall = time.Second, time.Hour })
	client, connection := h.join("127.0.0.1", h.watcher)
	h.watch(client, 80, 24).waitFor("waiting")
	stays := h.watch(h.must(h.watcher), 80, 24)
	stays.waitFor("waiting")
	connection.mu.Lock()
	defer connection.mu.Unlock()
	eventually(t, "the machine that doesn't answer is given up", func() bool { return len(h.server.Viewers()) == 1 })
	stays.typeIn("q")
	if err := stays.ends(); err != nil {
		t.Errorf("the one that answers ends with %v", err)
	}
}

func TestAViewerWhoSleeps(t *testing.T) {
	h := open(t, func(_ *house, c *Config) { c.Limits.Idle = 500 * time.Millisecond })
	w := h.watch(h.must(h.watcher), 80, 24)
	_ = w.ends()
	if !w.has(altScreenOff) || !w.has(errIdle.Error()) {
		t.Errorf("the screen ends with %q", w.output)
	}
}

func TestOneViewerTooMany(t *testing.T) {
	h := open(t, func(_ *house, c *Config) { c.Limits.Viewers = 1 })
	first := h.watch(h.must(h.watcher), 80, 24)
	first.waitFor("waiting")
	if _, said, status := output(t, h.must(h.watcher), "", true); status != 1 || !strings.Contains(said, errCrowded.Error()) {
		t.Errorf("a second one hears %q", said)
	}
	first.typeIn("q")
	if err := first.ends(); err != nil {
		t.Errorf("the first one ends with %v", err)
	}
}

// flood opens connections from an address that say nothing.
func (h *house) flood(from string, n int) {
	h.t.Helper()
	for range n {
		h.raw(from)
	}
}

func TestAFloodThatSaysNothing(t *testing.T) {
	h := open(t, nil)
	h.flood("127.0.0.3", 300)
	h.flood("127.0.0.4", 300)
	eventually(t, "the flood has come", func() bool { return h.server.Stats().Accepted >= 600 })
	if got := h.server.Stats().Unauthenticated; got > DefaultLimits().Unauthenticated {
		t.Errorf("%d of them are kept", got)
	}
	for _, from := range []string{"127.0.0.1", "127.0.0.3"} { // also where the flood comes from
		client, _ := h.join(from, h.watcher)
		if role := h.roleOf(client); role != RoleWatch {
			t.Errorf("a viewer from %s may %v", from, role)
		}
		_ = client.Close()
	}
}

func TestAHandshakeThatTakesForever(t *testing.T) {
	h := open(t, func(_ *house, c *Config) { c.Limits.Handshake = time.Second })
	for name, say := range map[string]string{
		"nothing": "", "a letter": "S", "a version": "SSH-2.0-slow\r\n", "something else": strings.Repeat("GET / HTTP/1.1\r\n", 10),
	} {
		t.Run(name, func(t *testing.T) {
			c := h.raw("127.0.0.1")
			if _, err := io.WriteString(c, say); err != nil {
				t.Fatal(err)
			}
			_ = c.SetReadDeadline(time.Now().Add(patience))
			heard, err := io.ReadAll(c)
			if ne := net.Error(nil); errors.As(err, &ne) && ne.Timeout() {
				t.Fatal("the connection stays open")
			}
			if !strings.HasPrefix(string(heard), banner+"\r\n") {
				t.Errorf("the server says %q", heard)
			}
		})
	}
	eventually(t, "all are counted", func() bool { return h.server.Stats().Failed == 4 })
}

// A defect that a viewer brings to light ends his session, and no other.
func TestDefectsEndOneSession(t *testing.T) {
	h := open(t, func(_ *house, c *Config) {
		c.Command = func(context.Context, Viewer, []string, io.Reader, io.Writer, io.Writer) int { panic("a defect") }
		show := c.Screen
		c.Screen = func(v Viewer) ui.Config {
			if v.Role == RoleOperate {
				panic("another defect")
			}
			return show(v)
		}
	})
	w := h.watch(h.must(h.watcher), 80, 24)
	w.waitFor("waiting")
	if _, _, status := output(t, h.must(h.watcher), "sessions", false); status != 1 {
		t.Errorf("the command's status is %d", status)
	}
	if _, _, status := output(t, h.must(h.operator), "", true); status != 1 {
		t.Errorf("the screen's status is %d", status)
	}
	if n := strings.Count(h.log.String(), "please report this defect"); n != 2 {
		t.Errorf("the log tells of %d defects:\n%s", n, h.log)
	}
	w.typeIn("q")
	if err := w.ends(); err != nil {
		t.Errorf("another viewer's screen ends with %v", err)
	}
}

func TestSilenceIsPunished(t *testing.T) {
	h := open(t, func(_ *house, c *Config) {
		c.Limits.Handshake, c.Limits.Penalty, c.Limits.PenaltyStart = 300*time.Millisecond, time.Minute, 2*time.Minute
	})
	h.flood("127.0.0.5", 3)
	eventually(t, "the silent address stays out", func() bool { return strings.Contains(h.log.String(), "an address failed too often") })
	_ = h.raw("127.0.0.6").Close() // only looks whether somebody is here
	client, _ := h.join("127.0.0.6", h.watcher)
	_ = client.Close()
}
