package values

import (
	"context"
	"errors"
	"io"
	"os"
	"strings"
	"sync"
	"testing"
	"time"
	"unsafe"

	"goapptrace/tracee/hook"
)

type item struct {
	Name string
	tags []string
	data []byte
	At   time.Time
	took time.Duration
}

type order struct {
	ID       int
	Items    []item
	Next     *order
	Mu       sync.Mutex
	Password string
}

type shout string

func (s shout) String() string { return strings.ToUpper(string(s)) }

type broken struct{ p *int }

func (b broken) Error() string { return string(rune(*b.p)) }

func TestValues(t *testing.T) {
	if raceEnabled {
		t.Skip("pointers aren't followed under the race detector")
	}
	n := 3
	loop := &order{ID: 1}
	loop.Next = loop
	for want, v := range map[string]any{
		`nil`:                    nil,
		`true`:                   true,
		`-5`:                     int8(-5),
		`200`:                    byte(200),
		`0x2a`:                   uintptr(42),
		`0.1`:                    float32(0.1),
		`(1+2i)`:                 1 + 2i,
		`"a\"\x1b[0m"`:           "a\"\x1b[0m",
		`[1 2]`:                  []int{1, 2},
		`[0 0 0]`:                [3]bool2{},
		`"raw"`:                  []byte("raw"),
		`&3`:                     &n,
		`map[string]int(2)`:      map[string]int{"a": 1, "b": 2},
		`chan int(0)`:            make(chan int, 3),
		`func(int) error`:        func(int) error { return nil },
		`unsafe.Pointer`:         unsafe.Pointer(&n),
		`1.5s`:                   1500 * time.Millisecond,
		`2026-01-02T03:04:05Z`:   time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC),
		`2026-01-02T03:04:06Z`:   time.Date(2026, 1, 2, 4, 4, 6, 0, time.FixedZone("", 3600)),
		`*context.cancelCtx`:     cancelled(),
		`&errorString{s: "bad"}`: errors.New("bad"),
		`"quiet"`:                shout("quiet"),
		`*os.File`:               os.Stdout,
		`[0 0 0 0 0 0 0 0 …100]`: make([]int, 100),
		`"` + strings.Repeat("x", 64) + `"…100`:                                  strings.Repeat("x", 100),
		`"` + strings.Repeat("x", 63) + `"…65`:                                   strings.Repeat("x", 63) + "é",
		`&order{ID: 1, Items: nil, Next: &order{…}, Mu: Mutex{…}, Password: ""}`: loop,
	} {
		if got := list("", []any{v}, false); got != want {
			t.Errorf("%T is written as %s, want %s", v, got, want)
		}
	}
	it := item{"n", []string{"t"}, []byte("d"), time.Time{}, 1}
	if got, want := list("", []any{it}, false), `item{Name: "n", tags: ["t"], data: "d", At: 0001-01-01T00:00:00Z, took: 1ns}`; got != want {
		t.Errorf("wrote %s, want %s", got, want)
	}
	if got, want := list("", []any{[]order{{Items: []item{it}}}}, false), `[order{ID: 0, Items: [item{…}], Next: nil, Mu: Mutex{…}, Password: ""}]`; got != want {
		t.Errorf("wrote %s, want %s", got, want)
	}
}

type bool2 int

func cancelled() context.Context {
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	return ctx
}

func TestNames(t *testing.T) {
	n, err := 3, error(nil)
	for want, got := range map[string]string{
		"id=7, name=nil": list("id,name", []any{7, nil}, false),
		"7, n=8":         list(",n", []any{7, 8}, false),
		"3, nil":         list(",", []any{&n, &err}, true),
		"n=3, err=nil":   list("n,err", []any{&n, &err}, true),
		"":               list("", nil, false),
		"a=1, 2, 3":      list("a", []any{1, 2, 3}, false),
		"who=?":          list("who", []any{7}, true), // no pointer
	} {
		if got != want {
			t.Errorf("wrote %s, want %s", got, want)
		}
	}
}

func TestTextIsBounded(t *testing.T) {
	long := strings.Repeat("é", 40)
	many := []any{long, long, long, long, long, long, long, long}
	got := list("", many, false)
	if len(got) > maxText || len(got) < maxText-8 || !strings.HasSuffix(got, ellipsis) {
		t.Errorf("wrote %d bytes: %s", len(got), got)
	}
}

func TestMethods(t *testing.T) {
	callMethods = true
	defer func() { callMethods = false }()
	for want, v := range map[string]any{
		`"QUIET"`:        shout("quiet"),
		`"EOF"`:          io.EOF,
		`["A" "B"]`:      []shout{"a", "b"},
		`broken{p: nil}`: broken{}, // its method panics
		`nil`:            (*order)(nil),
	} {
		if raceEnabled && want[0] == '[' {
			continue
		}
		if got := list("", []any{v}, false); got != want {
			t.Errorf("%T is written as %s, want %s", v, got, want)
		}
	}
	leave, _ := hook.Ask()
	if got := list("", []any{io.EOF}, false); got == `"EOF"` {
		t.Error("a method was called inside of another")
	}
	leave()
}

// What another goroutine changes meanwhile may look like anything.
func TestBadMemory(t *testing.T) {
	type header struct {
		data unsafe.Pointer
		len  int
	}
	bad := header{nil, 10}
	if got := list("s,n", []any{*(*string)(unsafe.Pointer(&bad)), 1}, false); got != "s=?, n=1" {
		t.Errorf("wrote %s", got)
	}
}

var funcs [2]hook.Func

func traced(fail bool, do func()) (n int, err error) {
	if t := hook.Enter(&funcs[0]); t.Open() {
		Args(t, "fail,do", fail, do)
		defer Results(t, "n,err", &n, &err)
	}
	if do != nil {
		do()
	}
	if fail {
		return 1, io.EOF
	}
	return 2, nil
}

// The notes of a call, and how it ended.
func TestNotes(t *testing.T) {
	var c hook.Consumer
	var notes hook.NoteReader
	c.Reset()
	notes.Reset()
	hook.SetMode(hook.ModeOn)
	defer hook.SetMode(hook.ModeOff)
	for _, tt := range []struct {
		fail          bool
		do            func()
		kind          hook.Kind
		args, results string
	}{
		{false, nil, hook.KindLeave, "fail=false, do=nil", "n=2, err=nil"},
		{true, nil, hook.KindLeaveError, "fail=true, do=nil", `n=1, err=`},
		{true, func() { panic("boom") }, hook.KindLeavePanic, "fail=true, do=func()", ""},
	} {
		func() {
			defer func() { _ = recover() }()
			_, _ = traced(tt.fail, tt.do)
		}()
		var events [10]hook.Event
		n := c.Drain(hook.Everything, events[:])
		if n != 2 || events[1].Kind != tt.kind {
			t.Errorf("recorded %v, want an end of kind %d", events[:n], tt.kind)
		}
		got := map[hook.NoteKind]string{}
		notes.Read(func(note hook.Note) bool {
			if note.Time != events[0].Time || note.G != events[0].G || len(note.Parts) != 1 {
				t.Errorf("%+v isn't of the call that begins with %+v", note, events[0])
			}
			got[note.Kind] = note.Parts[0]
			return true
		})
		if got[hook.NoteArgs] != tt.args || !strings.HasPrefix(got[hook.NoteResults], tt.results) || len(got) != 2 && tt.results != "" {
			t.Errorf("noted %q, want %q and %q", got, tt.args, tt.results)
		}
	}
	funcs[0].SetDetail(hook.Count)
	defer funcs[0].SetDetail(hook.Full)
	_, _ = traced(false, nil)
	notes.Read(func(note hook.Note) bool {
		t.Errorf("a counted call has a note: %+v", note)
		return true
	})
}
