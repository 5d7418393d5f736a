package commands

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"goapptrace/model"
	"goapptrace/protocol"
)

// tracee is a program whose events a test makes.
type tracee struct {
	*model.Session
	now int64 // ns
}

// connect opens a session with functions 1 to 9, main.f1 to main.f9.
func connect(store *model.Store, id uint64) *tracee {
	s := store.Open(id, time.Now(), "unix")
	s.Hello(&protocol.ClientHelloPacket{AppName: protocol.Text(fmt.Sprint("app", id)), WallClock: time.Now().UnixNano()}, protocol.Current)
	s.State(time.Now(), protocol.StateEstablished, "")
	symbols := new(protocol.Symbols)
	for id := uint64(1); id <= 9; id++ {
		symbols.Funcs = append(symbols.Funcs, &protocol.FuncSymbol{ID: id, Name: protocol.Text(fmt.Sprint("main.f", id))})
	}
	s.Packet(protocol.Record{At: time.Now(), Packet: &protocol.SymbolPacket{Symbols: symbols}, Raw: []byte{1}})
	return &tracee{Session: s}
}

// does has goroutine 1 do what a script says: "+1" enters function 1, "-1" leaves it.
func (t *tracee) does(script string) {
	var b protocol.BatchBuilder
	for _, word := range strings.Fields(script) {
		t.now += 1000
		e := protocol.Event{Time: t.now, G: 1, Func: uint64(word[1] - '0')}
		if word[0] == '-' {
			e.Kind = protocol.Leave
		}
		b.Add(e)
	}
	t.Packet(protocol.Record{At: time.Now(), Packet: b.Packet(1, t.now), Raw: []byte{1}})
}

// told is what a command has printed so far.
type told struct {
	mu  sync.Mutex
	buf bytes.Buffer
}

func (t *told) Write(p []byte) (int, error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.buf.Write(p)
}

// calls are the sessions and functions of the lines since it was asked before.
func (t *told) calls() (list []string) {
	t.mu.Lock()
	defer t.mu.Unlock()
	for line := range strings.Lines(t.buf.String()) {
		var session uint64
		var rest string
		if n, _ := fmt.Sscanf(line, `{"kind":"call","session":%d,%s`, &session, &rest); n < 2 {
			list = append(list, strings.TrimSpace(line))
			continue
		}
		_, name, _ := strings.Cut(rest, `"function":"main.`)
		name, _, _ = strings.Cut(name, `"`)
		list = append(list, fmt.Sprint(session, " ", name))
	}
	t.buf.Reset()
	return list
}

// start runs a command until the function is called.
func start(c Config, line string) (out *told, end func() (status int, stderr string)) {
	ctx, cancel := context.WithCancel(context.Background())
	out = new(told)
	var stderr bytes.Buffer
	status := make(chan int)
	go func() { status <- Run(ctx, c, words(line), out, &stderr) }()
	return out, func() (int, string) {
		cancel()
		return <-status, stderr.String()
	}
}

// settle is longer than calls wait to be told.
const settle = time.Second

// Calls that are over are listed, then those that end, of sessions that come, too.
func TestFollow(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := Config{Store: model.New(model.Limits{}), Commander: new(commander)}
		one := connect(c.Store, 1)
		one.does("+1 +2 -2 +3")
		out, end := start(c, "calls --json --follow")
		check := func(when string, want ...string) {
			t.Helper()
			time.Sleep(settle)
			if got := out.calls(); !slices.Equal(got, want) {
				t.Errorf("%s: %q, want %q", when, got, want)
			}
		}
		check("at first", "1 f2")
		one.does("-3 +4 +5 -5 -4")
		check("when more has ended", "1 f4", "1 f5", "1 f3")
		two := connect(c.Store, 2)
		two.does("+6 -6 +7")
		check("when another program has come", "2 f6")
		two.State(time.Now(), protocol.StateLost, "")
		check("when it has gone", "2 f7")
		check("when nothing happens")
		one.does("-1")
		check("at last", "1 f1")
		if status, _ := end(); status != StatusFailed {
			t.Errorf("the status is %d though it was cut off", status)
		}
	})
}

// What is listed can be bounded in all ways.
func TestFollowBounds(t *testing.T) {
	for line, want := range map[string][]string{
		"calls --json --follow --calls 3":                   {"1 f1", "2 f1", "1 f3"},
		"calls --json --follow --duration 3s --last 0":      {"1 f3", "2 f4"},
		"calls --json --follow --session 2":                 {"2 f1", "2 f4", "2 f5"},
		"calls --json --follow --last 1 --session 2":        {"2 f1", "2 f4", "2 f5"},
		"calls --json --follow --filter f4 --duration 1h":   {"2 f4"},
		"calls --json --follow --session 2 --session 1":     {"1 f1", "2 f1", "1 f3", "2 f4", "2 f5", "1 f2"},
		"calls --json --follow --filter open --duration 1h": nil,
	} {
		t.Run(line, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				c := Config{Store: model.New(model.Limits{}), Commander: new(commander)}
				one, two := connect(c.Store, 1), connect(c.Store, 2)
				one.does("+1 -1 +2")
				two.does("+1 -1")
				out, end := start(c, line)
				time.Sleep(settle)
				one.does("+3 -3")
				time.Sleep(settle)
				two.does("+4 -4 +5")
				time.Sleep(2 * settle)
				two.State(time.Now(), protocol.StateClosed, "")
				time.Sleep(settle)
				one.State(time.Now(), protocol.StateClosed, "")
				time.Sleep(2 * time.Hour)
				if got := out.calls(); !slices.Equal(got, want) {
					t.Errorf("%q, want %q", got, want)
				}
				if status, stderr := end(); status != StatusDone {
					t.Errorf("status %d: %s", status, stderr)
				}
			})
		})
	}
}

// stuck is a client that reads nothing until it goes on.
type stuck struct {
	told
	on chan struct{}
}

func (s *stuck) Write(p []byte) (int, error) {
	<-s.on
	return s.told.Write(p)
}

// A reader who takes nothing holds up no program, and hears how many calls he has missed.
func TestFollowSlowly(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		const calls = 20 << 12
		c := Config{Store: model.New(model.Limits{Calls: 2 << 12}), Commander: new(commander)}
		one := connect(c.Store, 1)
		out := &stuck{on: make(chan struct{})}
		ctx, cancel := context.WithCancelCause(context.Background())
		status := make(chan int)
		go func() {
			status <- Run(ctx, c, words("calls --json --follow"), out, new(bytes.Buffer))
		}()
		for range calls / 64 {
			one.does(strings.Repeat("+1 -1 ", 64))
			time.Sleep(time.Millisecond)
		}
		close(out.on)
		time.Sleep(time.Minute)
		cancel(errors.New("enough"))
		<-status
		n, missed := 0, 0
		for _, line := range out.calls() {
			if line == "1 f1" {
				n++
				continue
			}
			var m int
			if _, err := fmt.Sscanf(line, `{"kind":"missed","session":1,"calls":%d}`, &m); err != nil {
				t.Fatalf("%s: %v", line, err)
			}
			missed += m
		}
		if missed == 0 || n == 0 || n+missed != calls {
			t.Errorf("%d calls told and %d missed, of %d", n, missed, calls)
		}
	})
}
