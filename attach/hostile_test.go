package attach

import (
	"compress/flate"
	"context"
	"io"
	"net"
	"strings"
	"testing"
	"time"

	"goapptrace/attach/wire"
	"goapptrace/model"
	"goapptrace/watch"
)

// Whatever a viewer sends ends his connection, and does no harm.
func TestHostileViewer(t *testing.T) {
	store, now := shop(t)
	for name, frames := range map[string]string{
		"endless":   "\xff\xff\xff\xff\x7f",
		"empty":     "\x00",
		"kind":      "\x03\x09\x01\x00",
		"no number": "\x02\x00\xff",
		"watch":     "\x06\x01\x01\xff\xff\xff\xff",
	} {
		t.Run(name, func(t *testing.T) {
			here, there := net.Pipe()
			ended := make(chan error, 1)
			go func() { ended <- Serve(context.Background(), Source{Store: store, Identity: "a", Now: now}, there) }()
			go func() { _, _ = io.Copy(io.Discard, here) }()
			if err := (greeting{ownShape(), "test"}).send(here); err != nil {
				t.Fatal(err)
			}
			w, _ := flate.NewWriter(here, 1)
			_, _ = io.WriteString(w, frames)
			_ = w.Flush()
			if err := <-ended; err == nil {
				t.Error("it goes on")
			}
			_ = here.Close()
		})
	}
}

// What comes compressed to next to nothing makes no room beyond the limit.
func TestBomb(t *testing.T) {
	here, there := net.Pipe()
	defer there.Close()
	go func() {
		w, _ := flate.NewWriter(here, flate.BestCompression)
		_, _ = w.Write([]byte{0xff, 0xff, 0xff, 0x7f}) // 256 MiB are announced
		_, _ = w.Write(make([]byte, 1<<20))
		_ = w.Flush()
	}()
	if _, err := newLink(there, mostAsked).receive(); err == nil || !strings.Contains(err.Error(), "allowed") {
		t.Errorf("the error is %v", err)
	}
	_ = here.Close()
}

// questions are some of all kinds.
func someQuestions() (list [][]byte) {
	at := time.Unix(1_700_000_000, 0)
	for _, now := range []*time.Time{nil, &at} {
		list = append(list,
			askCalls.bytes(1, now, model.CallQuery{Before: 30}), askCall.bytes(1, now, number{7}), askHandshake.bytes(1, now, none{}),
			askFunctions.bytes(1, now, model.FuncQuery{Limit: 30}), askGoroutines.bytes(1, now, goroutineQuery{Limit: 9, Open: []uint64{1}}),
			askPacket.bytes(1, now, number{3}), askLines.bytes(1, now, model.OutputQuery{Before: 5}), askTree.bytes(1, now, treeQuery{After: 9}),
			askFlame.bytes(1, now, flameArgs{Step: 1, Most: 100, Tree: true}), askStudy.bytes(1, now, studyArgs{Step: 2, Function: 3}),
			askTimeline.bytes(1, now, timelineArgs{Step: 3, Window: model.TimelineWindow{Width: 1e6, First: 1_700_000_000_000, Columns: 80}, Most: 3}),
			askWalk.bytes(1, now, rangeArgs{Step: 4, Span: model.Span{From: at, To: at.Add(time.Hour)}}), askSift.bytes(1, now, siftArgs{Step: 5}),
			askSpawned.bytes(1, now, spawnArgs{5}), askRange.bytes(1, now, rangeArgs{Step: 6}), askTrace.bytes(1, now, traceArgs{[]byte{0, 0, 0, 1}}),
			askReport.bytes(0, now, reportArgs{1}),
		)
	}
	return list
}

// No question makes the desk fail, whatever it is.
func FuzzQuestion(f *testing.F) {
	for _, q := range someQuestions() {
		f.Add(q)
	}
	store, now, w := watchedShop(f)
	f.Fuzz(func(t *testing.T, b []byte) {
		d := newDesk(Source{Store: store, Watch: w, Identity: "a", Now: now})
		for range 2 {
			if _, err := d.answer(b); err != nil && strings.Contains(err.Error(), "answering failed") {
				t.Errorf("% x: %v", b, err)
			}
		}
	})
}

// Nothing that a server sends harms the screen's end: what makes no sense ends the connection, and is empty where it is asked for.
func FuzzAnswers(f *testing.F) {
	f.Add(wire.Append(nil, news{IDs: []uint64{1}, Sessions: []sessionNews{{Row: model.SessionRow{ID: 1}}}}))
	f.Add(wire.Append(nil, watch.Report{Rows: []watch.Row{{Findings: []watch.Finding{{ID: 1}}}}}))
	f.Add(wire.Append(nil, []model.SpawnLine{{G: 1, Parent: -1, End: 1}}))
	f.Add(wire.Append(nil, flameStep{Tree: &flameTree{Nodes: []model.FlameNode{{Parent: -1}, {Parent: 0}}}}))
	f.Fuzz(func(_ *testing.T, b []byte) {
		var d wire.Decoder
		var n news
		_ = d.Decode(b, &n)
		var lines []model.SpawnLine
		if d.Decode(b, &lines) == nil {
			_, _ = model.NewSpawnTree(lines)
		}
		var step flameStep
		if d.Decode(b, &step) == nil && step.Tree != nil {
			_ = (&model.FlameTree{Nodes: step.Tree.Nodes}).Restore()
		}
		var picture timelineStep
		_ = d.Decode(b, &picture)
		var report watch.Report
		if d.Decode(b, &report) == nil {
			curtail(&report)
		}
		var study studyStep
		_ = d.Decode(b, &study)
	})
}
