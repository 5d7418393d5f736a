package session

import (
	"bytes"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
)

// strangerEnv makes the test binary another user's process that connects to a socket.
const strangerEnv = "GOAPPTRACE_TEST_STRANGER"

// TestStranger is no test but the other user's process.
func TestStranger(t *testing.T) {
	path := os.Getenv(strangerEnv)
	if path == "" {
		t.Skip("not asked for")
	}
	conn, err := net.Dial("unix", path)
	if err != nil {
		t.Fatal(err)
	}
	_, _ = conn.Write(frameOf(t, helloOf("1.1")))
	if n, err := conn.Read(make([]byte, 1)); err == nil {
		t.Errorf("an answer of %d bytes", n)
	}
}

// TestOtherUsersAreTurnedAway guards: a process of another user has no session at a Unix socket, even when the mode of its file lets that
// user in.
func TestOtherUsersAreTurnedAway(t *testing.T) {
	const nobody = 65534
	if os.Getuid() != 0 {
		t.Skip("only root can start another user's process")
	}
	dir := shortDir(t)
	path, binary := filepath.Join(dir, "x.sock"), filepath.Join(dir, "stranger")
	srv := listenAt(t, "unix://"+path)
	for name, mode := range map[string]os.FileMode{dir: 0o755, path: 0o666} {
		if err := os.Chmod(name, mode); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.Link(os.Args[0], binary); err != nil { // where it lies others can't enter
		t.Skip(err)
	}
	cmd := exec.Command(binary, "-test.run=^TestStranger$")
	cmd.Dir, cmd.Env = dir, append(os.Environ(), strangerEnv+"="+path)
	cmd.SysProcAttr = &syscall.SysProcAttr{Credential: &syscall.Credential{Uid: nobody, Gid: nobody}}
	if out, err := cmd.CombinedOutput(); err != nil || bytes.Contains(out, []byte("SKIP")) {
		t.Errorf("%v: %s", err, out)
	}
	if stats := srv.Stats(); stats.Dropped[CausePeer] != 1 || stats.Established != 0 {
		t.Errorf("it counts as %+v", stats)
	}
	checkServes(t, srv, srv.Addrs()[0])
}

func TestPeerOf(t *testing.T) {
	path := filepath.Join(shortDir(t), "x.sock")
	l, err := net.Listen("unix", path)
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	client, err := net.Dial("unix", path)
	if err != nil {
		t.Fatal(err)
	}
	defer client.Close()
	conn, err := l.Accept()
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	got, err := peerOf(conn)
	if want := (peer{int32(os.Getpid()), uint32(os.Getuid()), true}); err != nil || got != want {
		t.Errorf("peer %+v, %v, want %+v", got, err, want)
	}
}

func TestWhoMayComeIn(t *testing.T) {
	for _, tt := range []struct {
		peer peer
		uid  int
		want string
	}{
		{peer{7, 1000, true}, 1000, ""},
		{peer{7, 0, true}, 1000, ""},
		{peer{}, 1000, ""}, // the system doesn't tell
		{peer{7, 1001, true}, 1000, "process 7 belongs to user 1001"},
		{peer{7, 1001, true}, 0, "belongs to user 1001"},
	} {
		err := tt.peer.check(tt.uid)
		if (err == nil) != (tt.want == "") || err != nil && !strings.Contains(err.Error(), tt.want) {
			t.Errorf("%+v for user %d: error %v", tt.peer, tt.uid, err)
		}
	}
}
