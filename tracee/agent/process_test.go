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

// A flood is counted instead of being streamed, and every call is in the ledger.
func TestFlood(t *testing.T) {
	v := newViewer(t)
	run := start(t, v.url(), "tides")
	p := watch(v, protocol.ServerEnd{})
	run.outcome()
	p.checkLedger()
	const calls = 10_000_000 + 1000
	seen, counted := uint64(p.callsOf("main.call")), p.tallies[p.id("main.call")]
	if seen == 0 || counted.Calls == 0 || seen+counted.Calls+p.lost != calls {
		t.Errorf("%d calls seen, %d counted, %d lost, together %d; want %d",
			seen, counted.Calls, p.lost, seen+counted.Calls+p.lost, calls)
	}
	if counted.MaxNS == 0 || counted.TotalNS < counted.Calls || counted.MaxNS > counted.TotalNS {
		t.Errorf("counted %+v", counted)
	}
	if !p.held[p.id("main.call")] {
		t.Error("the function was never told to be held")
	}
}

// The environment says how functions are traced, from their first call on.
func TestDetailsFromTheEnvironment(t *testing.T) {
	v := newViewer(t)
	t.Setenv("GOAPPTRACE_NO_TRACE", "main.init*, nobody.*")
	t.Setenv("GOAPPTRACE_COUNT", "*/tracee/*,main.call")
	t.Setenv("GOAPPTRACE_TRACE", "main")
	run := start(t, v.url(), "hello")
	p := watch(v, protocol.ServerEnd{})
	run.outcome()
	p.checkLedger()
	if got := p.tallies[p.id("main.call")]; got.Calls != 1000 || p.callsOf("main.call") != 0 {
		t.Errorf("counted %+v and streamed %d calls", got, p.callsOf("main.call"))
	}
	if p.callsOf("main.main") != 1 || p.callsOf("main.init.0") != 0 || p.events != 2 {
		t.Errorf("streamed %d events: %v", p.events, p.calls)
	}
	if p.modes[p.id("main.init.0")] != protocol.FuncOff || p.modes[p.id("main.call")] != protocol.FuncCount {
		t.Errorf("the modes are told as %v", p.modes)
	}
}

// Who asks for every call gets it, as long as it fits.
func TestPinnedFlood(t *testing.T) {
	v := newViewer(t)
	t.Setenv("GOAPPTRACE_TRACE", "*")
	t.Setenv("GOAPPTRACE_FLUSH", patience.String()) // a quarter of a second is not enough for full rings on a busy machine
	run := start(t, v.url(), "flood")
	p := watch(v, protocol.ServerEnd{})
	run.outcome()
	p.checkLedger()
	if p.counted() != 0 || uint64(p.callsOf("main.call"))+p.lost != 10_001_000 {
		t.Errorf("%d calls seen, %d counted, %d lost", p.callsOf("main.call"), p.counted(), p.lost)
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
