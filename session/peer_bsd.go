//go:build darwin || freebsd

package session

import (
	"errors"
	"net"
	"syscall"

	"golang.org/x/sys/unix"
)

// localSocket is the level of the options of Unix sockets (SOL_LOCAL).
const localSocket = 0

// peerOf asks the system who is at the other end of a Unix socket. It tells the user alone.
func peerOf(conn net.Conn) (peer, error) {
	local, ok := conn.(syscall.Conn)
	if !ok {
		return peer{}, nil
	}
	raw, err := local.SyscallConn()
	if err != nil {
		return peer{}, err
	}
	var who *unix.Xucred
	var failed error
	err = raw.Control(func(fd uintptr) {
		who, failed = unix.GetsockoptXucred(int(fd), localSocket, unix.LOCAL_PEERCRED)
	})
	if err := errors.Join(err, failed); err != nil {
		return peer{}, err
	}
	return peer{uid: who.Uid, known: true}, nil
}
