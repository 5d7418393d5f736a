//go:build darwin || dragonfly || freebsd || linux || netbsd || openbsd

package session

import (
	"errors"
	"fmt"
	"os"
	"syscall"
	"time"
)

// userDir names a directory of this user below the directory for temporary files.
func userDir() string { return fmt.Sprintf("goapptrace-%d", os.Getuid()) }

// checkOwned says what is wrong with a directory that only this user should be able to enter.
func checkOwned(info os.FileInfo) error {
	stat, ok := info.Sys().(*syscall.Stat_t)
	switch {
	case !ok || int(stat.Uid) != os.Getuid():
		return errors.New("it belongs to another user")
	case info.Mode().Perm()&0o077 != 0:
		return fmt.Errorf("others may enter it (mode %v)", info.Mode().Perm())
	}
	return nil
}

// privateSocket is a net.ListenConfig.Control that gives a socket mode 0600 before bind makes its file.
// Linux takes the file's mode from the socket; other systems ignore this, and the mode is set behind bind.
// (The umask, the usual way, belongs to the whole process.)
func privateSocket(_, _ string, conn syscall.RawConn) error {
	return conn.Control(func(fd uintptr) { _ = syscall.Fchmod(int(fd), 0o600) })
}

// The waits of lockDir. Whoever holds the lock keeps it for as long as a bind takes.
const (
	lockPatience = 2 * time.Second
	lockRetry    = 10 * time.Millisecond
)

// lockDir keeps other viewers from judging and replacing sockets in dir until unlock is called.
// It locks the directory itself, so no lock file stays behind.
func lockDir(dir string) (unlock func(), err error) {
	f, err := os.Open(dir)
	if err != nil {
		return nil, err
	}
	for waited := time.Duration(0); ; waited += lockRetry {
		err = syscall.Flock(int(f.Fd()), syscall.LOCK_EX|syscall.LOCK_NB)
		if err == nil {
			return func() { _ = f.Close() }, nil
		}
		busy := errors.Is(err, syscall.EWOULDBLOCK) || errors.Is(err, syscall.EINTR)
		if busy && waited >= lockPatience {
			_ = f.Close()
			return nil, fmt.Errorf("lock directory %q: %w", dir, err)
		}
		if !busy { // a file system without locks has to do without
			_ = f.Close()
			return func() {}, nil
		}
		time.Sleep(lockRetry)
	}
}
