package session

import (
	"fmt"
	"net"
	"net/netip"
	"os"
)

// source is whom a connection counts against: comparable, and small.
type source struct {
	network netip.Prefix // of a peer at a TCP listener
	pid     int32        // of the process at a Unix socket; 0 where systems don't tell
}

// networkBits is how much of an IPv6 address tells one customer from another: within, addresses cost nothing.
const networkBits = 64

// sourceOf is where a connection comes from. It is an error when that is another user's process at a Unix socket: the socket's
// mode keeps those out, but files change hands and systems heed modes differently.
func sourceOf(conn net.Conn) (source, error) {
	switch remote := conn.RemoteAddr().(type) {
	case *net.TCPAddr:
		return source{network: networkOf(remote.AddrPort().Addr())}, nil
	case *net.UnixAddr:
		peer, err := peerOf(conn)
		if err == nil {
			err = peer.check(os.Geteuid())
		}
		return source{pid: peer.pid}, err
	}
	return source{}, nil
}

// networkOf is an IPv4 address itself, and of an IPv6 address the part that counts.
func networkOf(addr netip.Addr) netip.Prefix {
	addr = addr.Unmap().WithZone("")
	bits := addr.BitLen()
	if addr.Is6() {
		bits = networkBits
	}
	prefix, _ := addr.Prefix(bits) // an address that isn't valid has none: they share that
	return prefix
}

// punishable says whether failures are held against the source: at a Unix socket there is nobody but this user.
func (s source) punishable() bool { return s.network.IsValid() }

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
