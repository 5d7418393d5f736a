package agent

import (
	"os"
	"strings"
	"testing"

	"goapptrace/protocol"
)

// The program's output and exit status are what they are without an agent, whatever becomes of its viewer.
func TestProgramIsLeftAlone(t *testing.T) {
	for _, mode := range []string{"hello", "exit", "panic", "alien", "flood"} {
		want := start(t, "", mode).outcome()
		for name, scene := range map[string]func(*testing.T, *viewer){
			"whole":      func(t *testing.T, v *viewer) { watch(v, protocol.ServerEnd{}) },
			"refused":    func(t *testing.T, v *viewer) { watch(v, protocol.ServerEnd{Secret: "x"}) },
			"dropped":    func(t *testing.T, v *viewer) { p, _ := v.accept(protocol.ServerEnd{}); _ = p.conn.Close() },
			"never read": func(t *testing.T, v *viewer) { v.accept(protocol.ServerEnd{}) },
			"silent":     func(t *testing.T, v *viewer) { _, _ = v.ln.Accept() },
		} {
			t.Run(mode+"/"+name, func(t *testing.T) {
				v := newViewer(t)
				p := start(t, v.url(), mode)
				scene(t, v)
				if got := p.outcome(); got != want {
					t.Errorf("with the agent: %s\nwithout: %s", got, want)
				}
			})
		}
		for _, server := range []string{"unix:///nonexistent/x.sock", "tcp://127.0.0.1:1", "nonsense"} {
			t.Run(mode+"/"+server, func(t *testing.T) {
				if got := start(t, server, mode).outcome(); got != want {
					t.Errorf("with the agent: %s\nwithout: %s", got, want)
				}
			})
		}
	}
}

// watch takes everything that one connection brings.
func watch(v *viewer, end protocol.ServerEnd) *peer {
	v.t.Helper()
	p, n := v.accept(end)
	if n.Refused != "" {
		_ = p.conn.Close()
		return p
	}
	p.toEnd()
	_ = p.conn.Close()
	return p
}

// Even the shortest program is seen whole, from package init to its end.
func TestShortProgram(t *testing.T) {
	for mode, want := range map[string]struct{ main, call int }{
		"hello": {1, 1000},
		"exit":  {0, 1000}, // main is never left
		"panic": {1, 1000},
		"alien": {1, 1001},
	} {
		t.Run(mode, func(t *testing.T) {
			v := newViewer(t)
			run := start(t, v.url(), mode)
			p := watch(v, protocol.ServerEnd{})
			run.outcome()
			if !p.shutdown {
				t.Error("no Shutdown")
			}
			p.checkLedger()
			if p.callsOf("main.init.0") != 1 || p.callsOf("main.main") != want.main || p.callsOf("main.call") != want.call {
				t.Errorf("saw %d of init, %d of main, %d of call, want 1, %d, %d", p.callsOf("main.init.0"),
					p.callsOf("main.main"), p.callsOf("main.call"), want.main, want.call)
			}
		})
	}
}

// What a flood loses is counted to the last event.
func TestFlood(t *testing.T) {
	v := newViewer(t)
	run := start(t, v.url(), "flood")
	p := watch(v, protocol.ServerEnd{})
	run.outcome()
	p.checkLedger()
	const calls = 3_000_000 + 1000
	if seen := p.callsOf("main.call"); seen == 0 || uint64(seen)+p.lost != calls {
		t.Errorf("%d calls seen, %d lost, together %d; want %d", seen, p.lost, uint64(seen)+p.lost, calls)
	}
}

// The viewer dies, and another one takes its place.
func TestViewerIsReplaced(t *testing.T) {
	v := newViewer(t)
	run := start(t, v.url(), "stream")
	p, _ := v.accept(protocol.ServerEnd{})
	p.until("some calls", func() bool { return p.callsOf("main.call") > 100 })
	_ = p.conn.Close()

	p, n := v.accept(protocol.ServerEnd{})
	if n.Client.Epoch != 1 {
		t.Errorf("epoch is %d", n.Client.Epoch)
	}
	p.until("some calls", func() bool { return p.callsOf("main.call") > 100 })
	_ = run.stdin.Close()
	p.toEnd()
	_ = p.conn.Close()
	p.checkLedger()
	if got := run.outcome(); !p.shutdown || !strings.Contains(got, "exit status 0") || !strings.Contains(got, "bye") {
		t.Errorf("shutdown %v, and the program ended with %s", p.shutdown, got)
	}
}

func TestCrashFile(t *testing.T) {
	run := start(t, "", "panic")
	run.outcome()
	crash := run.Env[len(run.Env)-1][len("GOAPPTRACE_CRASH="):]
	data, err := os.ReadFile(crash)
	if err != nil || !strings.Contains(string(data), "on purpose") {
		t.Errorf("the crash file holds %q, %v", data, err)
	}
}
