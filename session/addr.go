package session

import (
	"errors"
	"fmt"
	"net"
	"path/filepath"
	"strconv"
	"strings"
)

// address is where to listen: what is spoken there, and an address as package net has it.
type address struct {
	scheme string // "unix", "tcp" or "tls"
	addr   string // a path or host:port
}

// CheckAddress says whether a server can be told to listen at an address, as far as its text shows.
func CheckAddress(s string) error {
	_, err := parseAddress(s)
	return err
}

// parseAddress reads "unix:///path", "tcp://host:port" or "tls://host:port"; port 0 asks for any free one,
// an empty host for every interface.
func parseAddress(s string) (address, error) {
	if path, ok := strings.CutPrefix(s, "unix://"); ok {
		if err := checkPath(path); err != nil {
			return address{}, fmt.Errorf("address %q: %w", s, err)
		}
		return address{"unix", filepath.Clean(path)}, nil
	}
	scheme, hostPort, _ := strings.Cut(s, "://")
	if scheme != "tcp" && scheme != "tls" {
		return address{}, fmt.Errorf("address %q: want unix:///path, tcp://host:port or tls://host:port", s)
	}
	if err := checkHostPort(hostPort); err != nil {
		return address{}, fmt.Errorf("address %q: %w", s, err)
	}
	return address{scheme, hostPort}, nil
}

// maxSocketPath is what every common system accepts: sun_path has 104 bytes on the BSDs and
// macOS, 108 on Linux, one of them for the end.
const maxSocketPath = 103

func checkPath(path string) error {
	switch {
	case !filepath.IsAbs(path):
		return errors.New("the socket's path must be absolute, as in unix:///run/goapptrace.sock")
	case strings.HasSuffix(path, "/"):
		return errors.New("the socket's path must name a file, not a directory")
	case strings.ContainsRune(path, 0):
		return errors.New("the socket's path has a zero byte in it")
	case len(path) > maxSocketPath:
		return fmt.Errorf("the socket's path has %d bytes, systems allow %d: choose a shorter one", len(path), maxSocketPath)
	}
	return nil
}

func checkHostPort(hostPort string) error {
	_, port, err := net.SplitHostPort(hostPort)
	if err != nil {
		return errors.New("want host:port behind it, with brackets around an IPv6 host")
	}
	if _, err := strconv.ParseUint(port, 10, 16); err != nil {
		return fmt.Errorf("port %q is not a number from 0 to 65535", port)
	}
	return nil
}

// url is how the address is written on the command line and in GOAPPTRACE_SERVER.
func (a address) url() string { return a.scheme + "://" + a.addr }

// exposed says whether other machines can reach l.
func exposed(l net.Listener) bool {
	tcp, ok := l.Addr().(*net.TCPAddr)
	return ok && !tcp.IP.IsLoopback()
}
