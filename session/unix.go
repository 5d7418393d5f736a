package session

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"net"
	"os"
	"path/filepath"
	"syscall"
)

// errInUse marks an address that somebody else listens on.
var errInUse = errors.New("in use")

// unixListener is a listener whose socket file is removed with it, unless somebody has replaced that file.
type unixListener struct {
	*net.UnixListener
	path string
	file os.FileInfo
}

// listenUnix listens on a socket at path with mode 0600. A stale socket, on which nobody accepts, is replaced.
// A live one is not (the error wraps [errInUse]), nor is a file of another kind.
//
// All of it happens under a lock on the directory: without it two viewers could both find
// a socket stale, and the second would remove the first one's new socket; or one could find
// a socket stale which another has bound but doesn't listen on yet.
func listenUnix(ctx context.Context, path string) (net.Listener, error) {
	unlock, err := lockDir(filepath.Dir(path))
	if err != nil {
		return nil, err
	}
	defer unlock()
	if err := removeStale(ctx, path); err != nil {
		return nil, err
	}
	config := net.ListenConfig{Control: privateSocket}
	l, err := config.Listen(ctx, "unix", path)
	if err != nil {
		return nil, err
	}
	listener := l.(*net.UnixListener)
	listener.SetUnlinkOnClose(false)
	if err := os.Chmod(path, 0o600); err != nil {
		return nil, errors.Join(err, l.Close(), os.Remove(path))
	}
	file, err := os.Lstat(path)
	if err != nil {
		return nil, errors.Join(err, l.Close())
	}
	return &unixListener{UnixListener: listener, path: path, file: file}, nil
}

// Close stops listening and removes the socket's file if it is still ours. The file goes first:
// as long as somebody listens, nobody else replaces it between the look and the removal.
func (l *unixListener) Close() error {
	var removed error
	now, err := os.Lstat(l.path)
	if err == nil && os.SameFile(now, l.file) && now.ModTime().Equal(l.file.ModTime()) {
		removed = os.Remove(l.path)
	}
	return errors.Join(removed, l.UnixListener.Close())
}

// removeStale makes path free if what stands there is a socket that nobody accepts on.
func removeStale(ctx context.Context, path string) error {
	info, err := os.Lstat(path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return err
	}
	if info.Mode().Type() != fs.ModeSocket {
		return fmt.Errorf("%q exists and is not a socket: choose another path or remove it", path)
	}
	err = knock(ctx, path)
	if errors.Is(err, syscall.ECONNREFUSED) {
		return os.Remove(path)
	}
	if err == nil || errors.Is(err, syscall.EPROTOTYPE) {
		return fmt.Errorf("%w%s", errInUse, by(unixOwner(path)))
	}
	// Another user's, most likely: it can't be told whether anybody is there.
	return fmt.Errorf("%w%s (%w)", errInUse, by(unixOwner(path)), err)
}

// knock asks whether a process has the socket at path. It connects with the wrong type: a live stream socket answers
// EPROTOTYPE and its owner sees no connection, a stale one ECONNREFUSED.
func knock(ctx context.Context, path string) error {
	var dialer net.Dialer
	conn, err := dialer.DialContext(ctx, "unixgram", path)
	if err != nil {
		return err
	}
	return conn.Close()
}
