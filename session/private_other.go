//go:build !(darwin || dragonfly || freebsd || linux || netbsd || openbsd)

package session

import (
	"os"
	"syscall"
)

// This system has no modes, owners and locks of that kind: the directory for temporary files is the user's own.

func userDir() string { return "goapptrace" }

func checkOwned(os.FileInfo) error { return nil }

func privateSocket(_, _ string, _ syscall.RawConn) error { return nil }

func lockDir(string) (unlock func(), err error) { return func() {}, nil }
