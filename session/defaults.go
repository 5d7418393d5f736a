package session

import (
	"context"
	"errors"
	"fmt"
	"net"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"

	"goapptrace/internal/listen"
)

// The default addresses. When one is taken, the next ports and socket names are tried.
const (
	defaultSocket = "goapptrace.sock"
	defaultHost   = "127.0.0.1"
	defaultPort   = 8600

	// defaultTries bounds how many ports, or sockets, are tried.
	defaultTries = 100
)

// DefaultSocket is the path of the socket that viewers listen on unless told otherwise:
// in $XDG_RUNTIME_DIR, or without that in a directory below the one for temporary files that only
// this user can enter, which it makes.
func DefaultSocket() (string, error) {
	dir, err := runtimeDir()
	if err != nil {
		return "", fmt.Errorf("no place for the default socket: %w (set XDG_RUNTIME_DIR or use --listen)", err)
	}
	return filepath.Join(dir, defaultSocket), nil
}

func runtimeDir() (string, error) {
	if dir := os.Getenv("XDG_RUNTIME_DIR"); filepath.IsAbs(dir) {
		return dir, nil
	}
	dir := filepath.Join(os.TempDir(), userDir())
	if err := os.Mkdir(dir, 0o700); err != nil && !errors.Is(err, os.ErrExist) {
		return "", err
	}
	info, err := os.Lstat(dir) // not Stat: another user may have left a link there
	if err != nil {
		return "", err
	}
	if !info.IsDir() {
		return "", fmt.Errorf("%q is not a directory", dir)
	}
	if err := checkOwned(info); err != nil {
		return "", fmt.Errorf("directory %q can't be used: %w", dir, err)
	}
	return dir, nil
}

// listenDefaults listens on the default socket and port, or on the next free ones. What isn't as a user
// expects becomes a notice; only when nothing at all can be listened on there is an error.
func listenDefaults(ctx context.Context) (entrances []*entrance, notices []string, err error) {
	var failures []error
	for _, listen := range []func(context.Context) (*entrance, string, error){listenDefaultSocket, listenDefaultPort} {
		e, notice, err := listen(ctx)
		if err != nil {
			failures = append(failures, err)
			notice = err.Error()
		} else {
			entrances = append(entrances, e)
		}
		if notice != "" {
			notices = append(notices, notice)
		}
	}
	if len(entrances) == 0 {
		return nil, nil, errors.Join(failures...)
	}
	return entrances, notices, nil
}

func listenDefaultSocket(ctx context.Context) (*entrance, string, error) {
	first, err := DefaultSocket()
	if err != nil {
		return nil, "", err
	}
	return firstFree(func(n int) (*entrance, error) {
		path := first
		if n > 0 {
			path = fmt.Sprintf("%s-%d.sock", strings.TrimSuffix(first, ".sock"), n+1)
		}
		return enter(ctx, address{"unix", path})
	})
}

func listenDefaultPort(ctx context.Context) (*entrance, string, error) {
	return firstFree(func(n int) (*entrance, error) {
		return enter(ctx, address{"tcp", net.JoinHostPort(defaultHost, strconv.Itoa(defaultPort+n))})
	})
}

// firstFree tries the default (n = 0) and its neighbours, and tells in a notice when it wasn't the default.
func firstFree(try func(n int) (*entrance, error)) (e *entrance, notice string, err error) {
	var taken error
	for n := range defaultTries {
		if e, err = try(n); err == nil {
			break
		}
		if !errors.Is(err, errInUse) {
			return nil, "", err
		}
		if taken == nil {
			taken = err
		}
	}
	switch {
	case err != nil:
		return nil, "", fmt.Errorf("%w, and so are the next %d", taken, defaultTries-1)
	case taken != nil:
		return e, fmt.Sprintf("%v; listening on %s instead", taken, e.url()), nil
	}
	return e, "", nil
}

// enter listens on an address. One that is taken gives an error that wraps [errInUse] and names the taker if known.
func enter(ctx context.Context, a address) (*entrance, error) {
	l, err := open(ctx, a)
	switch {
	case errors.Is(err, errInUse):
		return nil, fmt.Errorf("%s is %w", a.url(), err)
	case err != nil:
		return nil, fmt.Errorf("%s: %w", a.url(), err)
	}
	return &entrance{Listener: l, scheme: a.scheme}, nil
}

func open(ctx context.Context, a address) (net.Listener, error) {
	if a.scheme == "unix" {
		return listenUnix(ctx, a.addr)
	}
	l, err := listen.TCP(ctx, a.addr)
	if errors.Is(err, syscall.EADDRINUSE) {
		return nil, fmt.Errorf("%w%s", errInUse, by(tcpOwner(a.port())))
	}
	return l, err
}

// port is the port of a TCP address that checkHostPort has seen.
func (a address) port() int {
	_, port, _ := net.SplitHostPort(a.addr)
	n, _ := strconv.Atoi(port)
	return n
}
