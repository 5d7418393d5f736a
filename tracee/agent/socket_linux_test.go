package agent

import (
	"errors"
	"io"
	"net"
	"os"
	"os/signal"
	"path/filepath"
	"syscall"
	"testing"
	"time"
)

// socketPair is a guarded connection and its other end.
func socketPair(t *testing.T) (*socket, net.Conn) {
	t.Helper()
	ln, err := net.Listen("unix", filepath.Join(t.TempDir(), "s"))
	if err != nil {
		t.Fatal(err)
	}
	defer ln.Close()
	conn, err := net.Dial("unix", ln.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	peer, err := ln.Accept()
	if err != nil {
		t.Fatal(err)
	}
	s, ok := guard(conn).(*socket)
	if !ok {
		t.Fatal("the connection was not guarded")
	}
	t.Cleanup(func() { _ = s.Close(); _ = peer.Close() })
	return s, peer
}

func TestSocketCarriesMoreThanItsBuffer(t *testing.T) {
	s, peer := socketPair(t)
	if fd := s.file.Fd(); fd < firstDescriptor {
		t.Errorf("the descriptor is %d", fd)
	}
	sent := make([]byte, 1<<20)
	for i := range sent {
		sent[i] = byte(i >> 8)
	}
	go func() {
		_, _ = s.Write(sent)
		_ = s.CloseWrite()
	}()
	got, err := io.ReadAll(peer)
	if err != nil || string(got) != string(sent) {
		t.Errorf("%d of %d bytes arrived: %v", len(got), len(sent), err)
	}
	if _, err := peer.Write([]byte("answer")); err != nil {
		t.Fatal(err)
	}
	_ = peer.Close()
	if got, err := io.ReadAll(s); err != nil || string(got) != "answer" {
		t.Errorf("read %q, %v", got, err)
	}
}

func TestSocketDeadlines(t *testing.T) {
	s, _ := socketPair(t)
	_ = s.SetReadDeadline(time.Now().Add(time.Millisecond))
	if _, err := s.Read(make([]byte, 1)); !errors.Is(err, os.ErrDeadlineExceeded) {
		t.Errorf("read: %v", err)
	}
	_ = s.SetWriteDeadline(time.Now().Add(time.Millisecond))
	if _, err := s.Write(make([]byte, 1<<24)); !errors.Is(err, os.ErrDeadlineExceeded) {
		t.Errorf("write: %v", err)
	}
}

// The program has closed our descriptor, and opened a file that got its number.
func TestSocketLeavesAStrangersFileAlone(t *testing.T) {
	s, _ := socketPair(t)
	path := filepath.Join(t.TempDir(), "precious")
	file, err := os.Create(path)
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	fd := int(s.file.Fd())
	if err := syscall.SetNonblock(fd, true); err != nil { // Fd has made it blocking
		t.Fatal(err)
	}
	if err := syscall.Dup3(int(file.Fd()), fd, syscall.O_CLOEXEC); err != nil {
		t.Fatal(err)
	}
	if _, err := s.Write([]byte("overwritten")); !errors.Is(err, errTaken) {
		t.Errorf("write: %v", err)
	}
	if _, err := s.Read(make([]byte, 1)); !errors.Is(err, errTaken) {
		t.Errorf("read: %v", err)
	}
	_ = s.Close()
	if _, err := syscall.Write(fd, []byte("mine")); err != nil {
		t.Errorf("the program's descriptor was closed: %v", err)
	}
	if data, _ := os.ReadFile(path); string(data) != "mine" {
		t.Errorf("the program's file holds %q", data)
	}
	if err := syscall.Close(fd); err != nil {
		t.Error(err)
	}
}

func TestSocketRaisesNoSignal(t *testing.T) {
	pipes := make(chan os.Signal, 1)
	signal.Notify(pipes, syscall.SIGPIPE, syscall.SIGCONT)
	defer signal.Stop(pipes)
	s, peer := socketPair(t)
	_ = peer.Close()
	if _, err := s.Write([]byte("x")); !errors.Is(err, syscall.EPIPE) {
		t.Errorf("write: %v", err)
	}
	if err := syscall.Kill(os.Getpid(), syscall.SIGCONT); err != nil {
		t.Fatal(err)
	}
	if got := <-pipes; got != syscall.SIGCONT {
		t.Errorf("the program received %v", got)
	}
}
