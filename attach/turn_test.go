package attach

import (
	"reflect"
	"testing"
	"testing/synctest"
	"time"

	"goapptrace/attach/wire"
	"goapptrace/model"
	"goapptrace/query"
)

// atOnce are the questions that are answered without a turn: what they look at is small, or a lookup. All others take turns.
var atOnce = map[string]bool{
	"handshake": true, "extent": true, "call": true, "callAt": true, "lastCall": true, "function": true, "functionName": true, "funcNames": true,
	"goroutine": true, "packet": true, "packetOfCall": true, "callsOfPacket": true, "report": true, "shutdown": true, "cut": true, "trace": true,
}

// fewTurns has so many turns be all that there are.
func fewTurns(t *testing.T, n int) {
	before := turns
	turns = make(chan struct{}, n)
	t.Cleanup(func() { turns = before })
}

// What takes a while waits until it is its turn, whoever asks.
func TestTurns(t *testing.T) {
	at := time.Unix(1_700_000_000, 0)
	span := model.Span{From: at, To: at.Add(time.Hour)}
	args := map[string]any{
		"funcRange": rangeArgs{Step: 1, Span: span}, "funcRangeFunctions": rangeQuery{Step: 1, Span: span}, "goroutineWalk": rangeArgs{Step: 1, Span: span},
		"timeline": timelineArgs{Step: 1, Window: model.TimelineWindow{Width: 1e6, Columns: 8}},
	}
	for number, q := range all {
		t.Run(q.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				fewTurns(t, 1)
				turns <- struct{}{} // somebody has it
				store, now := shop(t)
				d, answered := newDesk(Source{Store: store, Now: now}), false
				a := args[q.name]
				if a == nil {
					a = reflect.Zero(q.types[0]).Interface()
				}
				go func() {
					_, err := d.answer(wire.Append([]byte{byte(number), 1, 0}, a))
					answered = true
					if err != nil && !atOnce[q.name] {
						t.Error(err)
					}
				}()
				synctest.Wait()
				if answered != atOnce[q.name] {
					t.Errorf("while somebody else has his turn: answered is %v", answered)
				}
				<-turns
				synctest.Wait()
				if !answered || len(turns) > 0 {
					t.Errorf("answered is %v, and %d turns are taken", answered, len(turns))
				}
			})
		})
	}
}

// Whoever asks for more slices of the log than there are for one question asks on for what they haven't come to; each has its own turn.
func TestSlicesTakeTurns(t *testing.T) {
	for _, n := range []int{-1, 0, 41, 1 << 40} {
		if got := slicesFor(n); got != mostSlices {
			t.Errorf("who asks for %d slices gets %d", n, got)
		}
	}
	store, now := shop(t)
	s := store.Session(1)
	f, err := query.Compile("err", query.Calls)
	if err != nil {
		t.Fatal(err)
	}
	q := model.CallQuery{Filter: f, Before: 30, Now: now()}
	want := s.Calls(q)
	for _, q.Slices = range []int{-1, 0, 1, 3, 1 << 40} {
		page := callsInTurns(s, q)
		for page.Unseen > 0 {
			page = callsInTurns(s, q)
		}
		if !reflect.DeepEqual(page, want) {
			t.Errorf("with %d slices the page is another one", q.Slices)
		}
	}
	end := model.EndQuery{End: model.EndError, Back: true}
	seq, ok := s.FindEnd(end)
	if got, is := endInTurns(s, end); got != seq || is != ok || !is {
		t.Errorf("the call is %d %v, and should be %d %v", got, is, seq, ok)
	}
}

// Numbers that a viewer gives to two sessions, or to steps of his own making, don't meet.
func TestStepsOfSessions(t *testing.T) {
	store, now := shop(t)
	store.Open(2, now(), "unix:@")
	d := newDesk(Source{Store: store, Now: now})
	sift := func(session uint64) (r siftStep) {
		b, err := d.answer(askSift.bytes(session, nil, siftArgs{Step: 5}))
		if err == nil {
			err = d.decoder.Decode(b, &r)
		}
		if err != nil {
			t.Fatal(err)
		}
		return r
	}
	one, other := sift(1), sift(2)
	if one.Next <= 1 || other.Next > 1 {
		t.Errorf("one has come to call %d, the other to call %d", one.Next, other.Next)
	}
	if _, err := d.answer(askTree.bytes(1, nil, treeQuery{Sift: 1<<63 | 5, After: 9})); err != nil {
		t.Error(err)
	}
}
