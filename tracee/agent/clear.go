package agent

import (
	"context"
	"errors"
	"net"
	"net/netip"
	"syscall"
)

// errInClear says what would become of the secret, and how to go on.
var errInClear = errors.New("the secret would cross a network in clear: connect to tls://, or to this machine at the end of a tunnel; " +
	"GOAPPTRACE_INSECURE=1 if the network is yours alone")

// notInClear is asked by a [net.Dialer] before each attempt to connect. What a name stands for is known by then, and nothing has been sent.
func notInClear(_ context.Context, _, address string, _ syscall.RawConn) error {
	if staysHere(address) {
		return nil
	}
	return errInClear
}

// staysHere says whether what is sent to the address doesn't leave the machine. To connect to no address is to connect to oneself.
func staysHere(address string) bool {
	host, _, err := net.SplitHostPort(address)
	if err != nil {
		return false
	}
	addr, err := netip.ParseAddr(host)
	if err != nil {
		return host == ""
	}
	addr = addr.Unmap()
	return addr.IsLoopback() || addr.IsUnspecified()
}
