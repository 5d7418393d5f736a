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
		for _, built := range []func() (string, error){traced, quick} {
			if bin, err := built(); err == nil {
				_ = os.RemoveAll(filepath.Dir(bin))
			}
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

// A server that is expected back gets all that was recorded, and then the program again.
func TestViewerRestarts(t *testing.T) {
	v := newViewer(t)
	startAgent(t, v.url())
	p, _ := v.accept(protocol.ServerEnd{})
	work()
	p.send(new(protocol.RestartPacket))
	p.toEnd()
	_ = p.conn.Close()
	if !p.shutdown || p.callsOf("agent.work") != 1 {
		t.Errorf("shutdown %v, calls %d; want true and 1", p.shutdown, p.callsOf("agent.work"))
	}
	p, _ = v.accept(protocol.ServerEnd{})
	var first hook.Call
	for !first.Open() { // until the hooks are on again
		first = hook.Enter(&unnamed)
	}
	first.Leave()
	p.until("a call", func() bool { return p.calls[uint64(unnamed.ID())] == 1 })
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
	const full, count, off = hook.Full, hook.Count, hook.Off
	pkg, id := protocol.Text("goapptrace/tracee/agent"), uint64(funcs[0].ID())
	for i, test := range []struct {
		name    string
		command protocol.Packet
		matched uint64
		err     string
		details [3]hook.Detail // of the functions, afterwards
	}{
		{"pattern", &protocol.StopTraceCmdPacket{ID: 1, Pattern: "*.st*p"}, 1, "", [3]hook.Detail{full, off, full}},
		{"again", &protocol.StopTraceCmdPacket{ID: 2, Pattern: "*.step"}, 1, "", [3]hook.Detail{full, off, full}},
		{"package", &protocol.StopTraceCmdPacket{ID: 3, ModuleName: pkg, Pattern: "*w*k"}, 1, "", [3]hook.Detail{off, off, full}},
		{"function", &protocol.StartTraceCmdPacket{ID: 4, FuncID: id}, 1, "", [3]hook.Detail{full, off, full}},
		{"count", &protocol.StartTraceCmdPacket{ID: 5, FuncID: id, Mode: "count"}, 1, "", [3]hook.Detail{count, off, full}},
		{"off", &protocol.StartTraceCmdPacket{ID: 6, Pattern: "agent.other", Mode: "off"}, 1, "", [3]hook.Detail{count, off, off}},
		{"auto", &protocol.StartTraceCmdPacket{ID: 7, Pattern: "agent.step", Mode: "auto"}, 1, "", [3]hook.Detail{count, full, off}},
		{"everything", &protocol.StartTraceCmdPacket{ID: 8, Mode: "full"}, everything, "", [3]hook.Detail{}},
		{"other package", &protocol.StopTraceCmdPacket{ID: 9, ModuleName: "goapptrace/tracee"}, 0, "", [3]hook.Detail{}},
		{"mode", &protocol.StartTraceCmdPacket{ID: 10, Mode: "x"}, 0, `"x" is unknown`, [3]hook.Detail{}},
		{"unknown function", &protocol.StopTraceCmdPacket{ID: 11, FuncID: 1 << 40}, 0, "not known", [3]hook.Detail{}},
	} {
		t.Run(test.name, func(t *testing.T) {
			p.send(test.command)
			p.until("the ack", func() bool { return len(p.acks) == i+1 })
			ack := p.acks[i]
			if test.matched == everything {
				test.matched = uint64(len(p.names))
			}
			if ack.ID != uint64(i+1) || ack.Matched != test.matched {
				t.Errorf("ack is %+v, want %d matched", ack, test.matched)
			}
			if (test.err == "") != (ack.Error == "") || !strings.Contains(string(ack.Error), test.err) {
				t.Errorf("error is %q, want %q", ack.Error, test.err)
			}
			for i := range funcs {
				if got := funcs[i].Detail(); got != test.details[i] {
					t.Errorf("function %d is traced in mode %d, want %d", i, got, test.details[i])
				}
			}
			p.until("the modes", func() bool {
				for i := range funcs {
					if p.modes[uint64(funcs[i].ID())] != byte(test.details[i]) {
						return false
					}
				}
				return true
			})
		})
	}
}

// everything stands for the number of functions.
const everything = 1 << 30

// A command's rule also holds for functions that are called for the first time later.
func TestRulesForNewFunctions(t *testing.T) {
	var rules ruleSet
	var none symbolTable
	for _, r := range []rule{
		{selection{pattern: "a.*"}, choice{true, hook.Off}},
		{selection{pattern: "a.f"}, choice{true, hook.Full}},
	} {
		if _, err := rules.add(r, &none); err != nil {
			t.Fatal(err)
		}
	}
	table := symbolTable{all: []symbol{{fn: new(hook.Func), name: "a.f"}, {fn: new(hook.Func), name: "a.g"}, {fn: new(hook.Func), name: "b.f"}}}
	rules.apply(&table)
	for i, want := range []choice{{true, hook.Full}, {true, hook.Off}, {}} {
		if got := (choice{table.all[i].pinned, table.all[i].detail}); got != want {
			t.Errorf("%s is traced as %+v, want %+v", table.all[i].name, got, want)
		}
	}
	for range maxRules {
		_, _ = rules.add(rule{selection{pattern: "x"}, choice{true, hook.Off}}, &none)
	}
	if _, err := rules.add(rule{selection{pattern: "x"}, choice{true, hook.Off}}, &none); err == nil {
		t.Error("rules are not bounded")
	}
	if _, err := rules.add(rule{selection{}, choice{}}, &none); err != nil || len(rules.rules) != 1 {
		t.Errorf("starting everything leaves %d rules: %v", len(rules.rules), err)
	}
}
