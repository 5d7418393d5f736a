package gate

import (
	"net"
	"net/netip"
)

// Source is whom a connection counts against: comparable, and small.
type Source struct {
	net netip.Prefix // of a peer at a TCP listener
	pid int32        // of the process at a Unix socket; 0 where systems don't tell
}

// networkBits is how much of an IPv6 address tells one customer from another: within, addresses cost nothing.
const networkBits = 64

// SourceOf is the source of a connection whose peer is known to be process pid, if it is local.
func SourceOf(conn net.Conn, pid int32) Source {
	tcp, ok := conn.RemoteAddr().(*net.TCPAddr)
	if !ok {
		return Source{pid: pid}
	}
	return Source{net: networkOf(tcp.AddrPort().Addr())}
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
func (s Source) punishable() bool { return s.net.IsValid() }
