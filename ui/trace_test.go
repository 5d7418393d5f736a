package ui

import (
	"errors"
	"reflect"
	"testing"

	"goapptrace/protocol"
)

// shopFunction is the ID of the function that the cursor of the functions tab is on at first.
const shopFunction = 3

// answer has the shop's agent answer a command.
func (f *fixture) answer(cmd protocol.Packet, reason protocol.Text) {
	var id uint64
	switch cmd := cmd.(type) {
	case *protocol.StartTraceCmdPacket:
		id = cmd.ID
	case *protocol.StopTraceCmdPacket:
		id = cmd.ID
	}
	f.frame(f.shop, fixtureNow, protocol.Out, cmd)
	f.frame(f.shop, fixtureNow, protocol.In, new(protocol.PingPacket))
	f.frame(f.shop, fixtureNow, protocol.In, &protocol.AckPacket{ID: id + 1, Error: "another's"})
	f.frame(f.shop, fixtureNow, protocol.In, &protocol.AckPacket{ID: id, Matched: 1, Error: reason})
}

func TestTraceModesGoRound(t *testing.T) {
	f, s, c := shopScreen(t)
	s.press("2")
	for i, step := range []struct {
		command protocol.Packet
		says    string
	}{
		{&protocol.StartTraceCmdPacket{FuncID: shopFunction, Mode: protocol.ModeCount}, "main.(*Server).order is counted: no single calls (t again: off)"},
		{&protocol.StopTraceCmdPacket{FuncID: shopFunction}, "main.(*Server).order is left alone: nothing is recorded"},
		{&protocol.StartTraceCmdPacket{FuncID: shopFunction, Mode: protocol.ModeAuto}, "main.(*Server).order is traced, or counted while its calls are too many (t again: full)"},
		{&protocol.StartTraceCmdPacket{FuncID: shopFunction, Mode: protocol.ModeFull}, "every call of main.(*Server).order is traced (t again: count)"},
	} {
		s.press("t")
		s.wants("asked shop (4123) to ")
		f.answer(c.traced[i], "")
		switch got := c.traced[i].(type) {
		case *protocol.StartTraceCmdPacket:
			got.ID = 0
		case *protocol.StopTraceCmdPacket:
			got.ID = 0
		}
		if !reflect.DeepEqual(c.traced[i], step.command) {
			t.Errorf("%T %+v was sent, want %+v", c.traced[i], c.traced[i], step.command)
		}
		s.send()
		s.wants(step.says)
		s.lacks("can't")
	}
}

func TestTraceOfAPackage(t *testing.T) {
	f, s, c := shopScreen(t)
	s.press("2", "j", "T")
	s.wants("asked shop (4123) to count calls of package store")
	if got, ok := c.traced[0].(*protocol.StartTraceCmdPacket); !ok || got.ModuleName != "example.com/shop/store" || got.FuncID != 0 || got.Mode != protocol.ModeCount {
		t.Errorf("%T %+v was sent", c.traced[0], c.traced[0])
	}
	f.answer(c.traced[0], "")
	s.send()
	s.wants("package store is counted: no single calls, 1 function so far (T again: off)")
	s.press("T")
	if got, ok := c.traced[1].(*protocol.StopTraceCmdPacket); !ok || got.ModuleName != "example.com/shop/store" {
		t.Errorf("%T %+v was sent", c.traced[1], c.traced[1])
	}
	s.press("t") // the function's own round is another one
	s.wants("asked shop (4123) to count calls of store.(*DB).Load")
	s.press("1", "/", "d", "e", "c", "enter", "up", "T")
	s.wants("to trace package store as it thinks best")
}

func TestPackageOf(t *testing.T) {
	for name, want := range map[protocol.Text]protocol.Text{
		"main.main":                          "main",
		"example.com/shop/store.(*DB).Load":  "example.com/shop/store",
		"gopkg.in/yaml%2ev3.(*Node).Decode":  "gopkg.in/yaml.v3",
		"example.com/a.Map[example.com/b.T]": "example.com/a",
		"example.com/a.(*T[go.shape.int]).F": "example.com/a",
		"":                                   "",
	} {
		if got := packageOf(name); got != want {
			t.Errorf("%q: package %q, want %q", name, got, want)
		}
	}
}

// A mode that the tracee speaks of by another name is the one that was asked for.
func TestAskedModeHolds(t *testing.T) {
	for _, tt := range []struct {
		asked asked
		told  byte
		want  bool
	}{
		{asked{protocol.ModeCount, protocol.FuncFull}, protocol.FuncFull, true}, // not carried out yet
		{asked{protocol.ModeCount, protocol.FuncFull}, protocol.FuncCount, true},
		{asked{protocol.ModeAuto, protocol.FuncOff}, protocol.FuncFull, true},
		{asked{protocol.ModeAuto, protocol.FuncOff}, protocol.FuncHeld, true},
		{asked{protocol.ModeAuto, protocol.FuncOff}, protocol.FuncCount, false},
		{asked{protocol.ModeFull, protocol.FuncHeld}, protocol.FuncOff, false},
	} {
		if got := tt.asked.holds(tt.told); got != tt.want {
			t.Errorf("%+v, told %d: %v", tt.asked, tt.told, got)
		}
	}
}

// A function that loses its place when its mode changes keeps the cursor: the next press is for it, too.
func TestTraceStaysWithTheFunction(t *testing.T) {
	_, s, c := shopScreen(t)
	s.press("2", "t", "S", "t")
	if _, ok := c.traced[1].(*protocol.StopTraceCmdPacket); !ok {
		t.Errorf("%+v was sent, want a command for function %d", c.traced[1], shopFunction)
	}
}

// A mode that the agent has chosen is the one that the next follows.
func TestTraceModeFollowsTheAgent(t *testing.T) {
	f, s, c := shopScreen(t)
	s.press("2", "t")
	s.lacks("mode  ")
	f.frame(f.shop, fixtureNow, protocol.In, &protocol.CountersPacket{
		Funcs: []uint64{shopFunction}, Calls: []uint64{7}, TotalNS: []uint64{7e6}, MaxNS: []uint64{3e6}, Modes: []byte{protocol.FuncOff},
	})
	s.now = s.now.Add(functionsInterval)
	s.send()
	s.wants("Σ", "mode", "off", "counted, without self time")
	s.press("t")
	if cmd, ok := c.traced[1].(*protocol.StartTraceCmdPacket); !ok || cmd.Mode != protocol.ModeAuto {
		t.Errorf("%T %+v follows off", c.traced[1], c.traced[1])
	}
}

func TestTraceOfACall(t *testing.T) {
	_, s, c := shopScreen(t)
	s.press("/")
	s.press("d", "e", "c", "o", "enter", "up", "t")
	if len(c.traced) != 1 || c.traced[0].(*protocol.StartTraceCmdPacket).FuncID != 5 {
		t.Errorf("%+v was sent, want a command on function 5", c.traced)
	}
	s.wants("asked shop (4123) to count calls of store.decode")
}

func TestTraceRefused(t *testing.T) {
	f, s, c := shopScreen(t)
	s.press("2", "t")
	f.answer(c.traced[0], "no \x1b[1mcounting")
	s.send()
	s.wants(`can't count calls of main.(*Server).order: no \x1b[1mcounting (t again: off)`)
	s.harmlessScreen()
	c.refusal = errors.New("the program speaks version 1.0, which knows no patterns and modes")
	s.press("t")
	s.wants("speaks version 1.0", "(t again: auto)")
}

func TestTraceUnanswered(t *testing.T) {
	f, s, _ := shopScreen(t)
	s.press("2", "t")
	s.now = s.now.Add(answerTime)
	s.send()
	s.wants("shop (4123) doesn't answer: asked to count calls of main.(*Server).order")
	f.close(f.shop, 0, "")
	s.selectSession(f.shop.ID())
	s.press("2", "t")
	s.wants("shop (4123) has ended already")
}

// A 1.0 program carries commands out without a word.
func TestTraceOfTheOriginal(t *testing.T) {
	f := newFixture(t)
	old := f.store.Open(99, fixtureNow, "old")
	old.Hello(hello("legacy", 9, fixtureNow), protocol.Original)
	old.State(fixtureNow, protocol.StateEstablished, "")
	f.trade(old, 1)
	c := new(commander)
	s := newScreen(t, Config{Store: f.store, Commander: c}, 120, 36)
	s.selectSession(99)
	s.press("2", "t")
	s.now = s.now.Add(2 * answerTime)
	s.send()
	s.lacks("doesn't answer")
	if len(c.traced) != 1 {
		t.Errorf("%v was sent", c.traced)
	}
}

func TestCutAsks(t *testing.T) {
	f, s, c := shopScreen(t)
	s.press("X")
	s.wants("End the session of shop (4123) at once?")
	s.press("enter", "n")
	if len(c.cut) > 0 {
		t.Fatal("the session was ended unasked")
	}
	s.press("X", "y")
	if len(c.ended) != 0 || len(c.cut) != 1 || c.cut[0] != f.shop.ID() {
		t.Errorf("sessions %v were ended at once and %v shut down, want %d at once", c.cut, c.ended, f.shop.ID())
	}
}
