//go:build unix

package agent

import (
	"net"
	"net/netip"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"goapptrace/protocol"
)

func TestStaysHere(t *testing.T) {
	for address, want := range map[string]bool{
		"127.0.0.1:8600": true, "127.8.8.8:1": true, "[::1]:8600": true, "[::ffff:127.0.0.1]:8600": true, ":8600": true, "0.0.0.0:8600": true, "[::]:8600": true,
		"192.0.2.1:8600": false, "[2001:db8::1]:8600": false, "[fe80::1%eth0]:8600": false, "[::ffff:192.0.2.1]:8600": false, "128.0.0.1:8600": false,
		"localhost:8600": false, "127.0.0.1": false, "": false, // never what a dialer connects to
	} {
		if got := staysHere(address); got != want {
			t.Errorf("%q stays here: %v", address, got)
		}
	}
}

// Nobody beyond this machine is told the secret in clear, unless the user wants that. The program is what it is without a viewer.
func TestNotInClear(t *testing.T) {
	file := write(t, "secret", "s3cret\n")
	for name, scene := range map[string]struct {
		host, insecure, secret, file string
		seen                         bool
	}{
		"secret":            {outside(t), "", "s3cret", "", false},
		"file":              {outside(t), "", "", file, false},
		"not quite allowed": {outside(t), "yes", "s3cret", "", false},
		"allowed":           {outside(t), "1", "s3cret", "", true},
		"no secret":         {outside(t), "", "", "", true},
		"loopback":          {"127.0.0.1", "", "s3cret", "", true},
		"localhost":         {"localhost", "", "s3cret", "", true},
		"no host":           {"", "", "s3cret", "", true},
	} {
		t.Run(name, func(t *testing.T) {
			log := filepath.Join(t.TempDir(), "log")
			t.Setenv("GOAPPTRACE_DEBUG", log)
			t.Setenv("GOAPPTRACE_SECRET", scene.secret)
			t.Setenv("GOAPPTRACE_SECRET_FILE", scene.file)
			t.Setenv("GOAPPTRACE_INSECURE", scene.insecure)
			plain := streamed(start(t, "", "stream"))
			ln, err := net.Listen("tcp", net.JoinHostPort(strings.ReplaceAll(scene.host, "localhost", "127.0.0.1"), "0"))
			if err != nil {
				t.Fatal(err)
			}
			defer ln.Close()
			_, port, _ := net.SplitHostPort(ln.Addr().String())
			run := start(t, "tcp://"+net.JoinHostPort(scene.host, port), "stream")
			const refusal = "GOAPPTRACE_INSECURE=1"
			if scene.seen {
				p, _ := (&viewer{t, ln}).accept(protocol.ServerEnd{Secret: scene.secret})
				p.until("a call", func() bool { return p.callsOf("main.call") > 0 })
				_ = run.stdin.Close()
				p.toEnd()
				_ = p.conn.Close()
			} else {
				logged(t, log, refusal)
			}
			if got := streamed(run); got != plain {
				t.Errorf("with the agent: %s\nwithout: %s", got, plain)
			}
			if text := logged(t, log, ""); strings.Contains(text, refusal) == scene.seen || strings.Contains(text, "s3cret") {
				t.Errorf("the log has %q", text)
			}
			_ = ln.(*net.TCPListener).SetDeadline(time.Now().Add(10 * time.Millisecond))
			if conn, err := ln.Accept(); err == nil {
				_ = conn.Close()
				t.Error("the agent has connected once more, or though it must not")
			}
		})
	}
}

// streamed is the outcome of a program that goes on until its input ends.
func streamed(p *process) string {
	_ = p.stdin.Close()
	return p.outcome()
}

// logged waits until a log has a text, and returns the log.
func logged(t *testing.T, path, text string) string {
	t.Helper()
	for late := deadline(); ; time.Sleep(5 * time.Millisecond) {
		data, err := os.ReadFile(path)
		if err == nil && strings.Contains(string(data), text) {
			return string(data)
		}
		if time.Now().After(late) {
			t.Fatalf("the log has %q, %v; want %q", data, err, text)
		}
	}
}

// outside is an address of this machine that others may reach.
func outside(t *testing.T) string {
	t.Helper()
	addrs, err := net.InterfaceAddrs()
	if err != nil {
		t.Fatal(err)
	}
	for _, a := range addrs {
		if prefix, err := netip.ParsePrefix(a.String()); err == nil && prefix.Addr().Is4() && !prefix.Addr().IsLoopback() {
			return prefix.Addr().String()
		}
	}
	t.Skip("this machine has no address but loopback")
	return ""
}
