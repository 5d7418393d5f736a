package remote

import (
	"bytes"
	"net"
	"net/netip"
	"sync/atomic"
	"time"
)

// banner is what an SSH server says first.
const banner = "SSH-2.0-" + version

const version = "goapptrace"

// conn is a connection that the SSH library gets when both sides have begun to talk: it hears the byte that was read already,
// and what it says first was said. Its deadlines are the server's business alone.
type conn struct {
	net.Conn
	peer  *peer
	first []byte // that were read ahead
	said  bool

	heard atomic.Int64 // when something came last, in ns since 1970
}

// greet says our version and waits for the first byte. Until it comes, a connection costs a goroutine that waits.
func greet(c net.Conn) (*conn, error) {
	if _, err := c.Write([]byte(banner + "\r\n")); err != nil {
		return nil, err
	}
	first := make([]byte, 1)
	if _, err := c.Read(first); err != nil {
		return nil, err
	}
	return &conn{Conn: c, first: first}, nil
}

// Read implements [net.Conn], for one goroutine.
func (c *conn) Read(p []byte) (n int, err error) {
	if len(c.first) > 0 {
		n = copy(p, c.first)
		c.first = c.first[n:]
		return n, nil
	}
	n, err = c.Conn.Read(p)
	if n > 0 {
		c.heard.Store(time.Now().UnixNano())
	}
	return n, err
}

// Write implements [net.Conn]. The SSH library says its version before it does anything else.
func (c *conn) Write(p []byte) (int, error) {
	if !c.said {
		c.said = true
		if bytes.Equal(p, []byte(banner+"\r\n")) {
			return len(p), nil
		}
	}
	return c.Conn.Write(p)
}

// SetDeadline and its kin do nothing: Charm's library lifts deadlines with each read.
func (c *conn) SetDeadline(time.Time) error      { return nil }
func (c *conn) SetReadDeadline(time.Time) error  { return nil }
func (c *conn) SetWriteDeadline(time.Time) error { return nil }

// address is where a connection comes from.
func address(c net.Conn) netip.Addr {
	tcp, ok := c.RemoteAddr().(*net.TCPAddr)
	if !ok {
		return netip.Addr{}
	}
	return tcp.AddrPort().Addr().Unmap()
}
