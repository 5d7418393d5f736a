//go:build !(darwin || freebsd || linux)

package session

import "net"

// peerOf knows nothing here: the socket's mode has to do.
func peerOf(net.Conn) (peer, error) { return peer{}, nil }
