package session

import (
	"fmt"
	"net"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"

	"goapptrace/protocol"
)

// shortDir is a directory whose path leaves room for a socket's name.
func shortDir(t *testing.T) string {
	t.Helper()
	dir, err := os.MkdirTemp("", "gs") //nolint:usetesting // the paths of t.TempDir are too long on macOS
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = os.RemoveAll(dir) })
	return dir
}

// listenAt starts a server on addrs whose sessions nobody but the test takes.
func listenAt(t *testing.T, addrs ...string) *Server {
	t.Helper()
	srv, err := Listen(t.Context(), Config{Listen: addrs})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = srv.Close() })
	return srv
}

// staleSocket leaves a socket's file behind on which nobody listens.
func staleSocket(t *testing.T, path string) {
	t.Helper()
	l, err := net.ListenUnix("unix", &net.UnixAddr{Name: path, Net: "unix"})
	if err != nil {
		t.Fatal(err)
	}
	l.SetUnlinkOnClose(false)
	_ = l.Close()
}

// checkServes checks that a session can be had at an address.
func checkServes(t *testing.T, srv *Server, url string) {
	t.Helper()
	a, err := parseAddress(url)
	if err != nil {
		t.Fatal(err)
	}
	conn, err := net.Dial(a.scheme, a.addr)
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	if _, err := conn.Write(frameOf(t, helloOf("1.1"))); err != nil {
		t.Fatal(err)
	}
	events := consume(t, <-srv.Sessions())
	if _, err := protocol.ReadFrame(conn, protocol.MaxHelloFrame); err != nil {
		t.Errorf("%s: no answer: %v", url, err)
	}
	_ = conn.Close()
	events.end()
}

// TestDefaults guards: two viewers side by side get an address of each kind, and the second says what it got instead.
func TestDefaults(t *testing.T) {
	dir := shortDir(t)
	t.Setenv("XDG_RUNTIME_DIR", dir)
	first, second := listenAt(t), listenAt(t)
	for _, srv := range []*Server{first, second} {
		if len(srv.Addrs()) != 2 {
			t.Fatalf("addresses %q", srv.Addrs())
		}
		for _, addr := range srv.Addrs() {
			checkServes(t, srv, addr)
		}
	}
	if got, want := first.Addrs()[0], "unix://"+dir+"/goapptrace.sock"; got != want {
		t.Errorf("first socket %s, want %s", got, want)
	}
	if got, want := second.Addrs()[0], "unix://"+dir+"/goapptrace-2.sock"; got != want {
		t.Errorf("second socket %s, want %s", got, want)
	}
	if !strings.HasPrefix(first.Addrs()[1], "tcp://127.0.0.1:86") {
		t.Errorf("first port %s", first.Addrs()[1])
	}
	if len(second.Notices()) != 2 {
		t.Fatalf("notices %q", second.Notices())
	}
	for i, notice := range second.Notices() {
		if !strings.Contains(notice, " is in use") || !strings.Contains(notice, "listening on "+second.Addrs()[i]+" instead") {
			t.Errorf("notice %q", notice)
		}
	}
	if us := fmt.Sprintf("in use by pid %d (", os.Getpid()); runtime.GOOS == "linux" && !strings.Contains(second.Notices()[0], us) {
		t.Errorf("notice %q doesn't say %q", second.Notices()[0], us)
	}
}

func TestDefaultsWithoutSocket(t *testing.T) {
	t.Setenv("XDG_RUNTIME_DIR", filepath.Join(shortDir(t), "missing"))
	srv := listenAt(t)
	if len(srv.Addrs()) != 1 || len(srv.Notices()) == 0 || !strings.Contains(srv.Notices()[0], "missing") {
		t.Errorf("addresses %q, notices %q", srv.Addrs(), srv.Notices())
	}
}

func TestDefaultSocketWithoutRuntimeDir(t *testing.T) {
	tmp := shortDir(t)
	t.Setenv("XDG_RUNTIME_DIR", "")
	t.Setenv("TMPDIR", tmp)
	path, err := DefaultSocket()
	if err != nil {
		t.Fatal(err)
	}
	dir := filepath.Dir(path)
	if info, err := os.Stat(dir); err != nil || info.Mode().Perm() != 0o700 {
		t.Errorf("directory %v, %v", info, err)
	}
	if again, err := DefaultSocket(); err != nil || again != path {
		t.Errorf("the second time: %q, %v", again, err)
	}
	if err := os.Chmod(dir, 0o777); err != nil {
		t.Fatal(err)
	}
	if _, err := DefaultSocket(); err == nil || !strings.Contains(err.Error(), "others may enter") {
		t.Errorf("a directory open to all: error %v", err)
	}
	_ = os.Remove(dir)
	if err := os.Symlink(tmp, dir); err != nil {
		t.Fatal(err)
	}
	if _, err := DefaultSocket(); err == nil {
		t.Error("a link was followed")
	}
}

func TestExplicitAddresses(t *testing.T) {
	path := filepath.Join(shortDir(t), "x.sock")
	srv := listenAt(t, "unix://"+path, "tcp://127.0.0.1:0", "tcp://127.0.0.1:0")
	if len(srv.Addrs()) != 3 || srv.Addrs()[0] != "unix://"+path || srv.Addrs()[1] == srv.Addrs()[2] || strings.HasSuffix(srv.Addrs()[1], ":0") {
		t.Errorf("addresses %q", srv.Addrs())
	}
	for _, addr := range srv.Addrs() {
		checkServes(t, srv, addr)
	}
	for _, taken := range srv.Addrs()[:2] {
		_, err := Listen(t.Context(), Config{Listen: []string{"tcp://127.0.0.1:0", taken}})
		if err == nil || !strings.Contains(err.Error(), taken+" is in use") {
			t.Errorf("taken address: error %v", err)
		}
		if us := fmt.Sprintf("by pid %d (", os.Getpid()); runtime.GOOS == "linux" && !strings.Contains(fmt.Sprint(err), us) {
			t.Errorf("error %v doesn't say %q", err, us)
		}
	}
	select {
	case <-srv.Sessions():
		t.Error("the look whether the address is taken made a session")
	default:
	}
	checkServes(t, srv, srv.Addrs()[0]) // still there after somebody tried to take it
}

func TestListenErrors(t *testing.T) {
	for _, addr := range []string{"nonsense", "unix:///no/such/dir/x.sock", "tcp://127.0.0.1:99999"} {
		if srv, err := Listen(t.Context(), Config{Listen: []string{addr}}); err == nil {
			t.Errorf("%q: no error", addr)
			_ = srv.Close()
		}
	}
}

func TestExposed(t *testing.T) {
	const everywhere = "tcp://0.0.0.0:0"
	_, err := Listen(t.Context(), Config{Listen: []string{"tcp://127.0.0.1:0", everywhere}, Secret: "x"})
	if err == nil || !strings.Contains(err.Error(), everywhere) || !strings.Contains(err.Error(), "--insecure") || !strings.Contains(err.Error(), "tls://") {
		t.Errorf("error %v", err)
	}
	srv, err := Listen(t.Context(), Config{Listen: []string{everywhere}, Insecure: true})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = srv.Close() })
	if !strings.HasPrefix(srv.Addrs()[0], "tcp://0.0.0.0:") { // [::] would have IPv6 in it
		t.Errorf("listens on %s", srv.Addrs()[0])
	}
	if len(srv.Notices()) != 2 || !strings.Contains(srv.Notices()[0], "in clear") || !strings.Contains(srv.Notices()[1], "no secret") {
		t.Errorf("notices %q", srv.Notices())
	}
	if srv := listenAt(t, "tcp://127.0.0.1:0", "tcp://localhost:0"); len(srv.Notices()) != 0 {
		t.Errorf("notices %q", srv.Notices())
	}
}
