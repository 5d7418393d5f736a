package attach

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"goapptrace/attach/wire"
	"goapptrace/internal/recording"
	"goapptrace/model"
	"goapptrace/protocol"
	"goapptrace/query"
	"goapptrace/ui"
	"goapptrace/watch"
)

// watchedShop is a store with the recorded shop in it, in which watchers have found errors, slow calls, open ones among them, and
// repeated ones.
func watchedShop(tb testing.TB) (*model.Store, func() time.Time, *watch.Watch) {
	tb.Helper()
	rec, err := recording.Shop()
	if err != nil {
		tb.Fatal(err)
	}
	store, now := model.New(model.Limits{}), rec.Begin().Add(recorded)
	w := watch.New(store, watch.Join([]watch.Watcher{
		{Name: "failed", Text: "err and calls > 0"}, {Name: "slow", Text: "dur > 20ms"}, {Name: "again", Text: "repeats(func) > 2"},
	}))
	if _, err := rec.Play(store, 1, recorded); err != nil {
		tb.Fatal(err)
	}
	for range 3 {
		w.Look(now)
	}
	if w.News() == 0 {
		tb.Fatal("nothing was found")
	}
	return store, func() time.Time { return now }, w
}

// What is found, acknowledged or watched for meanwhile shows on attached screens, whose viewers change nothing.
func TestFindings(t *testing.T) {
	store, now, w := watchedShop(t)
	f := serve(t, Source{Store: store, Watch: w, Identity: "a", Now: now})
	config := f.open(now).Config()
	config.Now = now
	s := newScreen(t, config, 120, 36)
	all := w.News()
	s.press("8")
	s.wants(fmt.Sprintf("⚑ %d watch", all), "failed", "⚑ new")
	for _, key := range []string{"a", "A", "w", "+", "-"} {
		s.press(key)
		s.wants("they are changed where goapptrace runs")
	}
	if w.News() != all || len(w.Watchers()) != len(watch.Defaults())+3 {
		t.Errorf("an attached screen leaves %d findings of %d, and watches for %v", w.News(), all, w.Watchers())
	}
	w.Acknowledge(func(f *watch.Finding) bool { return f.Watcher == "failed" })
	s.wants(fmt.Sprintf("⚑ %d watch", w.News()))
	w.Set(append([]watch.Watcher{{Name: "later", Text: "dur > 1h"}}, w.Watchers()...))
	s.wants("later", "dur > 1h")

	other := model.New(model.Limits{})
	fresh := other.Open(1, now(), "unix:@")
	fresh.Hello(&protocol.ClientHelloPacket{AppName: "bakery", PID: 7}, protocol.Current)
	fresh.State(now(), protocol.StateEstablished, "")
	quiet := watch.New(other, []watch.Watcher{{Name: "crumbs", Text: "dur > 1h"}})
	for quiet.Changed() < w.Changed() {
		quiet.Set(quiet.Watchers())
	}
	f.mu.Lock()
	f.source = Source{Store: other, Watch: quiet, Identity: "b", Now: now}
	f.mu.Unlock()
	f.cut()
	s.wants("bakery", "crumbs", "quiet")
	if text := s.text(); strings.Contains(text, "later") || strings.Contains(text, "⚑") {
		t.Errorf("what was found in the store before is still there:\n%s", text)
	}
}

// Where nobody watches, attached screens say so.
func TestNobodyWatches(t *testing.T) {
	store, now := shop(t)
	config := serve(t, Source{Store: store, Identity: "a", Now: now}).open(now).Config()
	config.Now = now
	s := newScreen(t, config, 120, 36)
	s.press("8")
	s.wants("nobody watches here")
}

// hugeReport is larger than any watch's, and full of what harms terminals.
func hugeReport() (r watch.Report) {
	bad := strings.Repeat("\x1b]0;é\a\u202e", 1000)
	text := protocol.Text(bad)
	for i := range 100 {
		row := watch.Row{Watcher: watch.Watcher{Name: bad, Text: bad}, LeftOut: 1 << 63, Unseen: 1 << 63}
		for k := range 20 {
			row.Findings = append(row.Findings, watch.Finding{
				ID: uint64(i * k), Watcher: bad, Session: 1 << 63, App: text, Measure: query.Field(k), Name: text, Of: text,
				Times: 1 << 63, Touched: true, First: time.Unix(1<<40, 0), Last: time.Unix(-1<<40, 0),
				Example: model.CallRow{Seq: 1 << 63, G: 1 << 63, Name: text, File: text, Duration: -1 << 63, End: model.CallEnd(k), Args: text, Results: text, Err: text, Span: text},
				Value:   -1e300, Took: -1 << 63, Over: -1 << 63, Lasting: true, New: true,
			})
		}
		r.Rows = append(r.Rows, row)
	}
	return r
}

// The largest report fits into an answer, and is cut between letters.
func TestLargestReport(t *testing.T) {
	r := hugeReport()
	curtail(&r)
	n := 0
	for _, row := range r.Rows {
		n += len(row.Findings)
	}
	if len(r.Rows) != watch.MostWatchers || n != watch.MostFindings {
		t.Errorf("%d watchers have %d findings", len(r.Rows), n)
	}
	if size := len(wire.Append(nil, r)); size > mostAnswered/2 {
		t.Errorf("an answer of %d bytes", size)
	}
	for n := range 4 {
		if got := beginning(strings.Repeat("x", longestFound-n) + "€€"); !strings.HasPrefix(got+"€", strings.Repeat("x", longestFound-n)) ||
			strings.ContainsRune(got, '\uFFFD') || len(got) > longestFound || len(got) < longestFound-2 {
			t.Errorf("%d bytes are left: %q", len(got), got[longestFound-8:])
		}
	}
}

// lies are findings that a server may make up.
type lies struct{ report watch.Report }

func (l lies) Failed() any                   { return nil }
func (l lies) Changed() uint64               { return 1 }
func (l lies) News() int                     { return -1 << 63 }
func (l lies) Report(time.Time) watch.Report { return l.report }

// Whatever report has come, the tab shows it, obeys nothing in it, and leads nowhere.
func TestHostileReport(t *testing.T) {
	store, now := shop(t)
	r := hugeReport()
	curtail(&r)
	s := newScreen(t, ui.Config{Store: store, Findings: lies{r}, Now: now}, 120, 36)
	s.press("8")
	for range 30 {
		if text := s.model.View().Content; strings.Contains(text, "This pane is closed") || strings.Contains(text, "\x1b]0;") || strings.Contains(text, "\u202e") {
			t.Fatalf("the screen shows:\n%s", text)
		}
		s.press("j")
		s.rest(10 * time.Millisecond)
	}
	s.press("enter")
	s.wants("no longer kept")
}

// One answer about findings is there, whichever is asked for; where nobody watches there is none.
func TestReportAnswer(t *testing.T) {
	store, now, w := watchedShop(t)
	q := askReport.bytes(0, nil, reportArgs{7})
	if _, err := newDesk(Source{Store: store, Now: now}).answer(q); err == nil || !strings.Contains(err.Error(), "nobody watches") {
		t.Errorf("the error is %v", err)
	}
	b, err := newDesk(Source{Store: store, Watch: w, Now: now}).answer(q)
	if err != nil {
		t.Fatal(err)
	}
	var got watch.Report
	if err := new(wire.Decoder).Decode(b, &got); err != nil {
		t.Fatal(err)
	}
	if !slices.ContainsFunc(got.Rows, func(r watch.Row) bool { return r.Name == "failed" && len(r.Findings) > 0 }) {
		t.Errorf("%+v", got)
	}
}
