//go:build unix

package session

import (
	"net"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"testing/synctest"
)

func TestSocketIsPrivate(t *testing.T) {
	defer syscall.Umask(syscall.Umask(0))
	path := filepath.Join(shortDir(t), "x.sock")
	listenAt(t, "unix://"+path)
	checkMode(t, path)
}

// TestSocketIsPrivateFromTheBeginning guards the moment between bind and chmod.
func TestSocketIsPrivateFromTheBeginning(t *testing.T) {
	if runtime.GOOS != "linux" {
		t.Skip("only Linux takes a socket file's mode from the socket")
	}
	defer syscall.Umask(syscall.Umask(0))
	path := filepath.Join(shortDir(t), "x.sock")
	config := net.ListenConfig{Control: privateSocket}
	l, err := config.Listen(t.Context(), "unix", path)
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	checkMode(t, path)
}

func checkMode(t *testing.T, path string) {
	t.Helper()
	info, err := os.Stat(path)
	if err != nil {
		t.Fatal(err)
	}
	if info.Mode().Perm() != 0o600 {
		t.Errorf("mode %v", info.Mode())
	}
}

func TestStaleSocketIsReplaced(t *testing.T) {
	path := filepath.Join(shortDir(t), "x.sock")
	staleSocket(t, path)
	srv := listenAt(t, "unix://"+path)
	checkServes(t, srv, srv.Addrs()[0])
	if len(srv.Notices()) != 0 {
		t.Errorf("notices %q", srv.Notices())
	}
}

// TestOneReplacesStaleSocket guards: of many viewers that find one stale socket, one gets it and the others notice.
func TestOneReplacesStaleSocket(t *testing.T) {
	path := filepath.Join(shortDir(t), "x.sock")
	staleSocket(t, path)
	var wins atomic.Int32
	var group sync.WaitGroup
	for range 20 {
		group.Go(func() {
			srv, err := Listen(t.Context(), Config{Listen: []string{"unix://" + path}})
			if err == nil {
				wins.Add(1)
				t.Cleanup(func() { _ = srv.Close() })
			} else if !strings.Contains(err.Error(), "in use") {
				t.Errorf("error %v", err)
			}
		})
	}
	group.Wait()
	if wins.Load() != 1 {
		t.Errorf("%d listen on the same path", wins.Load())
	}
}

// TestSocketsAreJudgedUnderLock guards: while another viewer is at it, a socket is neither judged nor replaced.
func TestSocketsAreJudgedUnderLock(t *testing.T) {
	path := filepath.Join(shortDir(t), "x.sock")
	staleSocket(t, path)
	before, err := os.Lstat(path)
	if err != nil {
		t.Fatal(err)
	}
	unlock, err := lockDir(filepath.Dir(path))
	if err != nil {
		t.Fatal(err)
	}
	defer unlock()
	synctest.Test(t, func(t *testing.T) {
		if _, err := listenUnix(t.Context(), path); err == nil || !strings.Contains(err.Error(), "lock directory") {
			t.Errorf("error %v", err)
		}
	})
	if after, err := os.Lstat(path); err != nil || !os.SameFile(before, after) {
		t.Errorf("the socket was replaced: %v", err)
	}
}

func TestOtherFilesStay(t *testing.T) {
	dir := shortDir(t)
	target := filepath.Join(dir, "target")
	if err := os.WriteFile(target, []byte("precious"), 0o600); err != nil {
		t.Fatal(err)
	}
	link := filepath.Join(dir, "link.sock")
	if err := os.Symlink(target, link); err != nil {
		t.Fatal(err)
	}
	for _, path := range []string{target, link, dir} {
		_, err := Listen(t.Context(), Config{Listen: []string{"unix://" + path}})
		if err == nil || !strings.Contains(err.Error(), "not a socket") {
			t.Errorf("%s: error %v", path, err)
		}
		if _, err := os.Lstat(path); err != nil {
			t.Error(err)
		}
	}
}

func TestSocketIsRemoved(t *testing.T) {
	path := filepath.Join(shortDir(t), "x.sock")
	srv := listenAt(t, "unix://"+path)
	if err := srv.Close(); err != nil {
		t.Error(err)
	}
	if _, err := os.Lstat(path); !os.IsNotExist(err) {
		t.Errorf("after the end: %v", err)
	}
}

func TestForeignSocketStays(t *testing.T) {
	path := filepath.Join(shortDir(t), "x.sock")
	srv := listenAt(t, "unix://"+path)
	if err := os.Remove(path); err != nil {
		t.Fatal(err)
	}
	staleSocket(t, path)
	if err := srv.Close(); err != nil {
		t.Error(err)
	}
	if _, err := os.Lstat(path); err != nil {
		t.Errorf("the socket that came in place of ours is gone: %v", err)
	}
}
