package attach

import (
	"context"
	"errors"
	"io"
	"net"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"goapptrace/model"
	"goapptrace/protocol"
	"goapptrace/ui"
)

// A screen whose connection breaks says so, and goes on where it was.
func TestComesBack(t *testing.T) {
	store, now := shop(t)
	f := serve(t, Source{Store: store, Identity: "a", Now: now})
	c := f.open(now)
	s := newScreen(t, ui.Config{Remote: c, Now: now}, 120, 36)
	s.press("1", "/", "e", "r", "r", "enter")
	s.wants("/err ╮", "▸")
	s.press("2", "j", "j")
	s.wants("p99", "▸")
	s.rest(300 * time.Millisecond)
	before := s.text()

	f.setDown(true)
	f.cut()
	s.wants("no connection, trying again: ", "the network is down")
	if head, _, _ := strings.Cut(s.text(), "\n"); !strings.Contains(head, "○ no connection") || strings.Contains(head, "live") || strings.Contains(head, "calls/s") {
		t.Errorf("without a connection the head is %q", head)
	}
	if got := s.text(); strings.Split(got, "\n")[5] != strings.Split(before, "\n")[5] {
		t.Errorf("the picture is gone:\n%s", got)
	}
	f.setDown(false)
	s.until("what it showed before:\n"+before, func(text string) bool { return text == before })

	store.Session(1).Output(now(), "stdout", []byte("it goes on\n"))
	s.press("7")
	s.wants("it goes on")
	s.press("1")
	s.wants("/err ╮")
}

// A server that was started anew has another store, whose sessions are other ones though they have the same numbers.
func TestAnotherStore(t *testing.T) {
	store, now := shop(t)
	f := serve(t, Source{Store: store, Identity: "a", Now: now})
	c := f.open(now)
	s := newScreen(t, ui.Config{Remote: c, Now: now}, 120, 36)
	s.wants("shop", "8,532")
	old := c.Session(1)

	other := model.New(model.Limits{})
	fresh := other.Open(1, now(), "unix:@")
	fresh.Hello(&protocol.ClientHelloPacket{AppName: "bakery", PID: 7}, protocol.Current)
	fresh.State(now(), protocol.StateEstablished, "")
	f.mu.Lock()
	f.source = Source{Store: other, Identity: "b", Now: now}
	f.mu.Unlock()
	f.cut()
	s.wants("bakery", "no calls yet")
	if text := s.text(); strings.Contains(text, "shop") {
		t.Errorf("the store before is still there:\n%s", text)
	}
	if c.Session(1) == old {
		t.Error("a session of another store is the same one")
	}
	if _, ok := old.Await().Call(1, now()); ok {
		t.Error("a session that is gone answers")
	}
}

// What was worked out of a store that is gone is worked out of the new one, of sessions with the same numbers too.
func TestAnotherStoreIsWorkedOut(t *testing.T) {
	store, then := shop(t)
	var ahead atomic.Int64 // ns: what is worked out is worked out anew after some time
	now := func() time.Time { return then().Add(time.Duration(ahead.Load())) }
	f := serve(t, Source{Store: store, Identity: "a", Now: now})
	s := newScreen(t, ui.Config{Remote: f.open(now), Now: now}, 120, 36)
	s.press("4")
	s.rest(time.Second)

	again, _ := shop(t)
	f.mu.Lock()
	f.source = Source{Store: again, Identity: "b", Now: now}
	f.mu.Unlock()
	f.cut()
	s.wants("trying again")
	s.rest(time.Second)
	var calls protocol.BatchBuilder
	for at := range int64(1000) {
		calls.Add(protocol.Event{Time: at << 20, Func: 1, G: 900})
	}
	again.Session(1).Packet(protocol.Record{At: now(), Packet: calls.Packet(1, 1<<40)})
	ahead.Store(int64(2 * time.Second))
	here := newScreen(t, ui.Config{Store: again, Now: now}, 120, 36)
	here.press("4")
	here.rest(time.Second)
	s.until("what it shows here:\n"+here.text(), func(text string) bool { return text == here.text() })
}

// Over a slow network the same comes in the end.
func TestSlowNetwork(t *testing.T) {
	store, now := shop(t)
	for name, keys := range map[string][]string{"calls": {"1", "k", "k"}, "functions": {"2"}, "timeline": {"5"}} {
		t.Run(name, func(t *testing.T) {
			here := newScreen(t, ui.Config{Store: store, Now: now}, 120, 36)
			f := serve(t, Source{Store: store, Identity: "a", Now: now})
			f.delay = 100 * time.Millisecond
			there := newScreen(t, ui.Config{Remote: f.open(now), Now: now}, 120, 36)
			there.rest(time.Second)
			for _, s := range []*screen{here, there} {
				for _, k := range keys {
					s.press(k)
					s.rest(time.Second)
				}
			}
			there.until("what it shows here:\n"+here.text(), func(text string) bool { return text == here.text() })
		})
	}
}

// Frames don't wait: while no answer comes, keys are heeded, what is there stays, and what isn't is marked.
func TestSilentNetwork(t *testing.T) {
	store, now := shop(t)
	f := serve(t, Source{Store: store, Identity: "a", Now: now})
	c := f.open(now)
	s := newScreen(t, ui.Config{Remote: c, Now: now}, 120, 36)
	s.wants("start", "▸")
	s.rest(300 * time.Millisecond)
	c.mu.Lock()
	l := c.link
	c.mu.Unlock()
	l.sending.Lock() // nothing goes out
	s.press("2")
	s.wants(" …")
	if text := s.text(); !strings.Contains(text, "● shop") || !strings.Contains(text, "ClientHello") || strings.Contains(text, "p99") {
		t.Errorf("what was there is gone, or what isn't is shown:\n%s", text)
	}
	l.sending.Unlock()
	s.wants("p99")
}

// The other end decides what may be done, and its words are shown.
func TestCommands(t *testing.T) {
	store, now := shop(t)
	done := make(chan string, 3)
	f := serve(t, Source{Store: store, Identity: "a", Now: now, Commander: deeds(done), ReadOnly: "only looking"})
	c := f.open(now)
	config := c.Config()
	if config.ReadOnly != "only looking" {
		t.Errorf("ReadOnly is %q", config.ReadOnly)
	}
	if err := config.Commander.Shutdown(1); err != nil {
		t.Error(err)
	}
	if err := config.Commander.Cut(1); err == nil || !strings.Contains(err.Error(), "you may not") {
		t.Errorf("the refusal is %v", err)
	}
	if err := config.Commander.Trace(1, &protocol.StopTraceCmdPacket{FuncID: 7}); err != nil {
		t.Error(err)
	}
	if a, b := <-done, <-done; a != "shutdown" || b != "stop 7" {
		t.Errorf("%q and %q were done", a, b)
	}
	frame, err := protocol.AppendFrame(nil, &protocol.AckPacket{})
	if err != nil {
		t.Fatal(err)
	}
	if r := c.wait(c.life, askTrace.bytes(1, &time.Time{}, traceArgs{frame}), nil); r.refused == "" {
		t.Error("another packet goes to the tracee")
	}
	f.setDown(true)
	f.cut()
	for c.Trouble() == "" {
		time.Sleep(time.Millisecond)
	}
	if err := config.Commander.Shutdown(1); err == nil {
		t.Error("without a connection something was done")
	}
}

type deeds chan string

func (d deeds) Shutdown(uint64) error { d <- "shutdown"; return nil }
func (d deeds) Cut(uint64) error      { return errors.New("you may not") }
func (d deeds) Trace(_ uint64, p protocol.Packet) error {
	if p, ok := p.(*protocol.StopTraceCmdPacket); ok && p.FuncID == 7 {
		d <- "stop 7"
	}
	return nil
}

// Whoever isn't a viewer, or another version of one, is told so.
func TestStrangers(t *testing.T) {
	for name, c := range map[string]struct{ says, want string }{
		"mute":    {"", "hung up"},
		"banner":  {"SSH-2.0-OpenSSH_9.9 and so on and on\r\n", "no viewer of goapptrace"},
		"version": {greetingWord + "12345678" + "\x03old", `"old"`},
	} {
		t.Run(name, func(t *testing.T) {
			dial := func(context.Context) (io.ReadWriteCloser, error) {
				here, there := net.Pipe()
				go func() {
					go func() { _, _ = io.Copy(io.Discard, there) }()
					_, _ = io.WriteString(there, c.says)
					_ = there.Close()
				}()
				return here, nil
			}
			_, err := Open(t.Context(), dial, Options{Version: "new"})
			if err == nil || !strings.Contains(err.Error(), c.want) {
				t.Errorf("the error is %v, and should tell %q", err, c.want)
			}
		})
	}
}
