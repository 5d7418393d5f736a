//go:build unix

package main

import (
	"bufio"
	"errors"
	"io"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"goapptrace/protocol"
)

// serving is a server, whose log is read.
type serving struct {
	cmd    *exec.Cmd
	log    *bufio.Reader
	socket string
}

func startServer(t *testing.T, args ...string) *serving {
	t.Helper()
	if testing.Short() {
		t.Skip("starts servers")
	}
	s := &serving{socket: filepath.Join(t.TempDir(), "s")}
	s.cmd = exec.Command("goapptrace", append([]string{"serve", "--listen", "unix://" + s.socket}, args...)...)
	s.cmd.Env = append(os.Environ(), "XDG_CONFIG_HOME="+t.TempDir())
	stderr, err := s.cmd.StderrPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := s.cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		_ = s.cmd.Process.Kill() // when the test has failed
		_ = s.cmd.Wait()
	})
	s.log = bufio.NewReader(stderr)
	s.await(t, "msg=listening")
	return s
}

// await reads the log up to a line that has the text.
func (s *serving) await(t *testing.T, text string) {
	t.Helper()
	for {
		line, err := s.log.ReadString('\n')
		if strings.Contains(line, text) {
			return
		}
		if err != nil {
			t.Fatalf("the log ends without %q: %v", text, err)
		}
	}
}

// connect is a program that says hello, and is established.
func (s *serving) connect(t *testing.T) net.Conn {
	t.Helper()
	conn, err := net.Dial("unix", s.socket)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = conn.Close() })
	hello, err := protocol.AppendFrame(nil, &protocol.ClientHelloPacket{AppName: "mute", ProtocolVersion: protocol.Text(protocol.Current.String())})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := conn.Write(hello); err != nil {
		t.Fatal(err)
	}
	s.await(t, "session established")
	return conn
}

// wait waits for the server's end, and returns its status.
func (s *serving) wait(t *testing.T) syscall.WaitStatus {
	t.Helper()
	if _, err := io.Copy(io.Discard, s.log); err != nil {
		t.Error(err)
	}
	var exit *exec.ExitError
	if err := s.cmd.Wait(); err != nil && !errors.As(err, &exit) {
		t.Fatal(err)
	}
	return s.cmd.ProcessState.Sys().(syscall.WaitStatus)
}

// A server that is asked to end tells its programs, and ends well, even when one of them doesn't answer.
func TestServerEndsWell(t *testing.T) {
	for _, sig := range []syscall.Signal{syscall.SIGTERM, syscall.SIGINT, syscall.SIGHUP} {
		t.Run(sig.String(), func(t *testing.T) {
			t.Parallel()
			trace := filepath.Join(t.TempDir(), "out.json")
			s := startServer(t, "--json", "--trace-file", trace, "--metrics", "127.0.0.1:0")
			conn := s.connect(t)
			if err := s.cmd.Process.Signal(sig); err != nil {
				t.Fatal(err)
			}
			for told := false; !told; {
				frame, err := protocol.ReadFrame(conn, protocol.MaxFrame)
				if err != nil {
					t.Fatalf("no Restart: %v", err)
				}
				p, err := protocol.DecodeFrame(frame)
				told = err == nil && p.PacketType() == protocol.TypeRestart
			}
			if status := s.wait(t); !status.Exited() || status.ExitStatus() != 0 {
				t.Errorf("ended with %v, want status 0", s.cmd.ProcessState)
			}
			if text, _ := os.ReadFile(trace); !strings.Contains(string(text), `"final":true`) {
				t.Errorf("printed %s", text)
			}
			if _, err := os.Stat(s.socket); err == nil {
				t.Error("the socket is still there")
			}
		})
	}
}

// Who asks twice is in a hurry.
func TestSecondSignalEndsAtOnce(t *testing.T) {
	s := startServer(t)
	s.connect(t) // and doesn't answer: ending takes a while
	if err := s.cmd.Process.Signal(syscall.SIGTERM); err != nil {
		t.Fatal(err)
	}
	s.await(t, "msg=ending")
	if err := s.cmd.Process.Signal(syscall.SIGTERM); err != nil {
		t.Fatal(err)
	}
	if status := s.wait(t); !status.Signaled() || status.Signal() != syscall.SIGTERM {
		t.Errorf("ended with %v, want a SIGTERM", s.cmd.ProcessState)
	}
}
