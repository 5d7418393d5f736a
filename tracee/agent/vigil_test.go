package agent

import (
	"net"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
	"time"

	"goapptrace/protocol"
)

// A program that is deadlocked ends as it would without an agent.
func TestDeadlock(t *testing.T) {
	plain := startBuilt(t, quick, "", "deadlock")
	_ = plain.Wait()
	const message = "fatal error: all goroutines are asleep - deadlock!\n"
	if !strings.HasPrefix(plain.stderr.String(), message) {
		t.Fatalf("without an agent it prints %s", plain.stderr.String())
	}
	check := func(t *testing.T, p *process) {
		t.Helper()
		_ = p.Wait()
		if got := p.stderr.String(); !strings.HasPrefix(got, message) {
			t.Errorf("it prints %q", got)
		}
		if got, want := p.ProcessState.String(), plain.ProcessState.String(); got != want {
			t.Errorf("it ends with %s, want %s", got, want)
		}
	}
	t.Run("with a viewer", func(t *testing.T) {
		v := newViewer(t)
		run := startBuilt(t, quick, v.url(), "deadlock")
		p := watch(v, protocol.ServerEnd{})
		if check(t, run); !p.shutdown || p.callsOf("main.call") != 1001 {
			t.Errorf("shutdown %v, %d calls", p.shutdown, p.callsOf("main.call"))
		}
		p.checkLedger()
	})
	t.Run("without a viewer", func(t *testing.T) {
		check(t, startBuilt(t, quick, "unix:///nonexistent/x.sock", "deadlock"))
	})
	t.Run("refused", func(t *testing.T) {
		v := newViewer(t)
		run := startBuilt(t, quick, v.url(), "deadlock")
		watch(v, protocol.ServerEnd{Secret: "another"})
		check(t, run)
	})
}

// A program that waits for a timer looks as if it were stuck. The agent comes back, and is more patient then.
func TestTicksLookStuck(t *testing.T) {
	v := newViewer(t)
	run := startBuilt(t, quick, v.url(), "ticks", "1s", "two")
	p := watch(v, protocol.ServerEnd{})
	if !p.shutdown || p.callsOf("main.call") != 1000 {
		t.Errorf("shutdown %v, %d calls before the agent left", p.shutdown, p.callsOf("main.call"))
	}
	p.checkLedger()
	var calls int
	for epoch := int64(1); calls < len("two"); epoch++ {
		p, n := v.accept(protocol.ServerEnd{})
		if n.Client.Epoch != epoch {
			t.Errorf("epoch is %d, want %d", n.Client.Epoch, epoch)
		}
		p.toEnd()
		_ = p.conn.Close()
		p.checkLedger()
		calls += p.callsOf("main.call")
	}
	if got := run.outcome(); calls != len("two") || !strings.HasPrefix(got, "exit status 0") {
		t.Errorf("%d calls were seen after the agent came back; %s", calls, got)
	}
}

// A server that waits for connections isn't stuck.
func TestServerIsLeftConnected(t *testing.T) {
	v := newViewer(t)
	socket := filepath.Join(t.TempDir(), "s")
	run := startBuilt(t, quick, v.url(), "accept", socket)
	p, _ := v.accept(protocol.ServerEnd{})
	p.until("the first calls", func() bool { return p.callsOf("main.call") == 1000 })
	// Many times the agent's patience.
	p.until("a ping", func() bool { return p.pings > 0 })
	conn, err := net.Dial("unix", socket)
	if err != nil {
		t.Fatal(err)
	}
	_ = conn.Close()
	p.toEnd()
	_ = p.conn.Close()
	if run.outcome(); p.callsOf("main.call") != 1001 {
		t.Errorf("%d calls, want 1001", p.callsOf("main.call"))
	}
}

func TestVigil(t *testing.T) {
	now := time.Unix(1000, 0)
	v := vigil{patience: time.Second, looked: now}
	if v.over(now.Add(time.Millisecond)) || v.looked != now {
		t.Error("it looks too soon")
	}
	v.stuck = true
	if v.active(now); v.stuck {
		t.Error("a program that records is taken for stuck")
	}
	v.mistaken()
	if v.patience != 2*time.Second {
		t.Errorf("patience is %v", v.patience)
	}
	for range 20 {
		v.mistaken()
	}
	if v.patience != maxPatience {
		t.Errorf("patience is %v", v.patience)
	}
}

func TestWaits(t *testing.T) {
	for stack, want := range map[string]bool{
		"runtime.gopark runtime.chanrecv runtime.chanrecv1 main.f":                                       true,
		"runtime.gopark runtime.goparkunlock runtime.semacquire1 sync.runtime_SemacquireRWMutexR main.f": true,
		"runtime.gopark runtime.selectgo main.f":                                                         true,
		"runtime.gopark runtime.netpollblock internal/poll.runtime_pollWait main.f":                      false,
		"runtime.gopark time.Sleep main.f":                                                               false,
		"runtime.notetsleepg os/signal.signal_recv os/signal.loop":                                       false,
		"syscall.Syscall main.f":                                                                         false,
		"main.f":                                                                                         false,
		"runtime.gopark":                                                                                 false,
	} {
		if got := waits(strings.Fields(stack)); got != want {
			t.Errorf("%s waits: %v", stack, got)
		}
	}
}

// What the runtime's stacks look like is the runtime's business, so this asks it.
func TestStacksOfThoseWhoWait(t *testing.T) {
	release := make(chan struct{})
	done := make(chan struct{})
	go func() {
		defer close(done)
		select {
		case <-release:
		case <-make(chan int):
		}
	}()
	defer func() { close(release); <-done }()
	for waiting := false; !waiting; runtime.Gosched() {
		records := make([]runtime.StackRecord, 100)
		n, _ := runtime.GoroutineProfile(records)
		for i := range records[:n] {
			stack := functions(records[i].Stack())
			if len(stack) > 2 && strings.Contains(strings.Join(stack, " "), "TestStacksOfThoseWhoWait.func1") {
				waiting = waits(stack)
			}
		}
	}
	if !strings.HasSuffix(ownPrefix, "goapptrace/tracee/agent.") {
		t.Errorf("the agent's functions begin with %q", ownPrefix)
	}
}
