package session

import (
	"fmt"
	"net"
	"os"

	"goapptrace/internal/gate"
)

// sourceOf is where a connection comes from. It is an error when that is another user's process at a Unix socket: the socket's
// mode keeps those out, but files change hands and systems heed modes differently.
func sourceOf(conn net.Conn) (gate.Source, error) {
	if _, local := conn.RemoteAddr().(*net.UnixAddr); !local {
		return gate.SourceOf(conn, 0), nil
	}
	peer, err := peerOf(conn)
	if err == nil {
		err = peer.check(os.Geteuid())
	}
	return gate.SourceOf(conn, peer.pid), err
}

// peer is the process at the other end of a Unix socket.
type peer struct {
	pid   int32
	uid   uint32
	known bool // the system told
}

// check lets in whom the socket's mode lets in: this user, whose number is uid, and root.
func (p peer) check(uid int) error {
	if p.known && int(p.uid) != uid && p.uid != 0 {
		return fmt.Errorf("process %d belongs to user %d", p.pid, p.uid)
	}
	return nil
}
