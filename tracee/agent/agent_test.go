package agent

import (
	"context"
	"errors"
	"net"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"go.uber.org/goleak"

	"goapptrace/protocol"
	"goapptrace/tracee/hook"
)

func TestMain(m *testing.M) {
	goleak.VerifyTestMain(m, goleak.Cleanup(func(status int) {
		if bin, err := traced(); err == nil {
			_ = os.RemoveAll(filepath.Dir(bin))
		}
		os.Exit(status)
	}))
}

// A function is named after where it was called first.
var funcs [3]hook.Func

var unnamed hook.Func

//go:noinline
func work() {
	if t := hook.Enter(&funcs[0]); t.Open() {
		defer t.Leave()
	}
	step()
	step()
}

//go:noinline
func step() {
	if t := hook.Enter(&funcs[1]); t.Open() {
		defer t.Leave()
	}
}

//go:noinline
func other() {
	if t := hook.Enter(&funcs[2]); t.Open() {
		defer t.Leave()
	}
}

// startAgent runs an agent as init does, in a program that has recorded nothing so far.
func startAgent(t *testing.T, server string) *agent {
	t.Helper()
	cfg := config{app: "tested", secret: "s3cret"}
	if err := cfg.setServer(server); err != nil {
		t.Fatal(err)
	}
	new(hook.Consumer).Reset()
	hook.SetMode(hook.ModeOn)
	a := newAgent(cfg)
	go a.run()
	t.Cleanup(func() {
		a.end()
		<-a.done
	})
	return a
}

func TestStreamToTheEnd(t *testing.T) {
	v := newViewer(t)
	a := startAgent(t, v.url())
	work() // before the connection
	p, n := v.accept(protocol.ServerEnd{Secret: "s3cret", SessionID: 7})
	if n.Refused != "" {
		t.Fatal(n.Refused)
	}
	if h := n.Client; h.AppName != "tested" || h.PID == 0 || h.GoVersion == "" || h.ModulePath != "goapptrace" ||
		h.Epoch != 0 || h.StartTime == 0 || h.WallClock < h.StartTime || h.MonoClock == 0 || h.GOMAXPROCS == 0 {
		t.Errorf("hello is %+v", h)
	}
	p.until("the first call", func() bool { return p.callsOf("agent.work") == 1 })
	for range 20000 {
		work()
	}
	flushed := make(chan struct{})
	go func() { a.flush(); close(flushed) }()
	p.toEnd()
	_ = p.conn.Close()
	<-flushed
	if !p.shutdown {
		t.Error("no Shutdown")
	}
	p.checkLedger()
	if p.lost == 0 && (p.callsOf("agent.work") != 20001 || p.callsOf("agent.step") != 40002) {
		t.Errorf("%d and %d calls, want 20001 and 40002", p.callsOf("agent.work"), p.callsOf("agent.step"))
	}
	if hook.Enter(&unnamed).Open() {
		t.Error("hooks are on after the end")
	}
}

func TestViewerShutsDown(t *testing.T) {
	v := newViewer(t)
	a := startAgent(t, v.url())
	p, _ := v.accept(protocol.ServerEnd{})
	work()
	p.send(new(protocol.ShutdownPacket))
	p.toEnd()
	_ = p.conn.Close()
	<-a.done // it doesn't come back
	if !p.shutdown || p.callsOf("agent.work") != 1 {
		t.Errorf("shutdown %v, calls %d; want true and 1", p.shutdown, p.callsOf("agent.work"))
	}
	if hook.Enter(&unnamed).Open() {
		t.Error("hooks are on after the viewer's Shutdown")
	}
}

func TestReconnect(t *testing.T) {
	v := newViewer(t)
	startAgent(t, v.url())
	p, _ := v.accept(protocol.ServerEnd{})
	work()
	p.until("the first call", func() bool { return p.callsOf("agent.work") == 1 })
	open := hook.Enter(&unnamed)
	_ = p.conn.Close()

	p, n := v.accept(protocol.ServerEnd{})
	if n.Client.Epoch != 1 {
		t.Errorf("the second connection is epoch %d", n.Client.Epoch)
	}
	var first hook.Call
	for !first.Open() { // until the hooks are on again, which they were not when the agent came back
		first = hook.Enter(&unnamed)
	}
	first.Leave()
	open.Leave() // nobody here knows its beginning
	p.until("a call", func() bool { return p.calls[uint64(unnamed.ID())] == 1 })
	if work := p.names[uint64(funcs[0].ID())]; !strings.HasSuffix(work, "agent.work") {
		t.Errorf("the functions of the first connection are announced as %v", p.names)
	}
}

func TestRefused(t *testing.T) {
	v := newViewer(t)
	a := startAgent(t, v.url())
	p, n := v.accept(protocol.ServerEnd{Secret: "another"})
	if n.Refused == "" {
		t.Fatal("not refused")
	}
	p.toEnd()
	for hook.Enter(&unnamed).Open() { // until the agent gave up for now
	}
	a.flush()
	<-a.done
}

func TestNoViewer(t *testing.T) {
	a := newAgent(config{local: true})
	dialed := make(chan struct{}, 100)
	a.dial = func(context.Context) (net.Conn, error) {
		dialed <- struct{}{}
		return nil, errors.New("nobody there")
	}
	hook.SetMode(hook.ModeOn)
	go a.run()
	<-dialed
	<-dialed
	if hook.Enter(&unnamed).Open() {
		t.Error("hooks are on without a viewer")
	}
	a.flush()
	<-a.done
}

func TestCommands(t *testing.T) {
	v := newViewer(t)
	startAgent(t, v.url())
	p, _ := v.accept(protocol.ServerEnd{})
	work()
	other()
	p.until("the calls", func() bool { return p.callsOf("agent.other") == 1 })
	pkg := protocol.Text("goapptrace/tracee/agent")
	for i, test := range []struct {
		name    string
		command protocol.Packet
		matched uint64
		err     string
		off     [3]bool // of the functions, afterwards
	}{
		{"pattern", &protocol.StopTraceCmdPacket{ID: 1, Pattern: "*.st*p"}, 1, "", [3]bool{1: true}},
		{"again", &protocol.StopTraceCmdPacket{ID: 2, Pattern: "*.step"}, 0, "", [3]bool{1: true}},
		{"package", &protocol.StopTraceCmdPacket{ID: 3, ModuleName: pkg, Pattern: "*w*k"}, 1, "", [3]bool{true, true, false}},
		{"function", &protocol.StartTraceCmdPacket{ID: 4, FuncID: uint64(funcs[0].ID())}, 1, "", [3]bool{1: true}},
		{"everything", &protocol.StartTraceCmdPacket{ID: 5, Mode: protocol.ModeFull}, 1, "", [3]bool{}},
		{"other package", &protocol.StopTraceCmdPacket{ID: 6, ModuleName: "goapptrace/tracee"}, 0, "", [3]bool{}},
		{"count", &protocol.StartTraceCmdPacket{ID: 7, Mode: protocol.ModeCount}, 0, "can't count", [3]bool{}},
		{"mode", &protocol.StartTraceCmdPacket{ID: 8, Mode: "x"}, 0, `"x" is unknown`, [3]bool{}},
		{"unknown function", &protocol.StopTraceCmdPacket{ID: 9, FuncID: 1 << 40}, 0, "not known", [3]bool{}},
	} {
		t.Run(test.name, func(t *testing.T) {
			p.send(test.command)
			p.until("the ack", func() bool { return len(p.acks) == i+1 })
			ack := p.acks[i]
			if ack.ID != uint64(i+1) || ack.Matched != test.matched {
				t.Errorf("ack is %+v, want %d matched", ack, test.matched)
			}
			if (test.err == "") != (ack.Error == "") || !strings.Contains(string(ack.Error), test.err) {
				t.Errorf("error is %q, want %q", ack.Error, test.err)
			}
			for i := range funcs {
				f := hook.Enter(&funcs[i])
				if f.Open() == test.off[i] {
					t.Errorf("function %d is off: %v, want %v", i, !f.Open(), test.off[i])
				}
				if f.Open() {
					f.Leave()
				}
			}
		})
	}
}

// A command's rule also holds for functions that are called for the first time later.
func TestRulesForNewFunctions(t *testing.T) {
	var rules ruleSet
	var none symbolTable
	for _, r := range []rule{
		{selection{pattern: "a.*"}, true},
		{selection{pattern: "a.f"}, false},
	} {
		if _, err := rules.add(r, &none); err != nil {
			t.Fatal(err)
		}
	}
	table := symbolTable{all: []symbol{{fn: new(hook.Func), name: "a.f"}, {fn: new(hook.Func), name: "a.g"}, {fn: new(hook.Func), name: "b.f"}}}
	rules.apply(&table)
	for i, want := range []bool{false, true, false} {
		if table.all[i].stopped != want {
			t.Errorf("%s stopped: %v, want %v", table.all[i].name, !want, want)
		}
	}
	for range maxRules {
		_, _ = rules.add(rule{selection{pattern: "x"}, true}, &none)
	}
	if _, err := rules.add(rule{selection{pattern: "x"}, true}, &none); err == nil {
		t.Error("rules are not bounded")
	}
	if _, err := rules.add(rule{selection{}, false}, &none); err != nil || len(rules.rules) != 1 {
		t.Errorf("starting everything leaves %d rules: %v", len(rules.rules), err)
	}
}
