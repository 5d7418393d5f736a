package session

import (
	"context"
	"net"
)

// ListenPrivate listens on a Unix socket for others than tracees: only this user and root get in. Like that of tracees it has mode
// 0600, and takes the place of one that nobody accepts on.
func ListenPrivate(ctx context.Context, path string) (net.Listener, error) {
	l, err := listenUnix(ctx, path)
	if err != nil {
		return nil, err
	}
	return privateListener{l}, nil
}

// privateListener hangs up on other users.
type privateListener struct{ net.Listener }

// Accept implements [net.Listener].
func (l privateListener) Accept() (net.Conn, error) {
	for {
		conn, err := l.Listener.Accept()
		if err != nil {
			return nil, err
		}
		if _, err := sourceOf(conn); err == nil {
			return conn, nil
		}
		_ = conn.Close()
	}
}
