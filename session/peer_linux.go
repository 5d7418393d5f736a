package session

import (
	"errors"
	"net"
	"syscall"
)

// peerOf asks the system who is at the other end of a Unix socket.
func peerOf(conn net.Conn) (peer, error) {
	local, ok := conn.(syscall.Conn)
	if !ok {
		return peer{}, nil
	}
	raw, err := local.SyscallConn()
	if err != nil {
		return peer{}, err
	}
	var who *syscall.Ucred
	var failed error
	err = raw.Control(func(fd uintptr) {
		who, failed = syscall.GetsockoptUcred(int(fd), syscall.SOL_SOCKET, syscall.SO_PEERCRED)
	})
	if err := errors.Join(err, failed); err != nil {
		return peer{}, err
	}
	return peer{who.Pid, who.Uid, true}, nil
}
