package health

import (
	"bufio"
	"fmt"
	"io"
	"log/slog"
	"maps"
	"net"
	"net/http"
	"os"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/prometheus/client_golang/prometheus/testutil"
	"go.uber.org/goleak"

	"goapptrace/internal/recording"
	"goapptrace/model"
	"goapptrace/protocol"
	"goapptrace/session"
	"goapptrace/watch"
)

var shop = sync.OnceValues(recording.Shop)

// tell feeds a store with the recorded program as a server does, up to its end.
func tell(t *testing.T, store *model.Store, tally *Tally, id uint64, more ...protocol.Packet) *model.Session {
	t.Helper()
	shop, err := shop()
	if err != nil {
		t.Fatal(err)
	}
	s := store.Open(id, shop.Begin(), shop.Remote)
	v := tally.Open(s)
	defer v.Close()
	for _, m := range shop.Moments {
		switch {
		case m.Hello != nil:
			s.Hello(m.Hello, m.Version)
			v.Hello(m.Hello)
		case m.Raw != nil:
			p, err := protocol.DecodeFrame(m.Raw)
			if err != nil {
				t.Fatal(err)
			}
			s.Packet(protocol.Record{At: m.At, Dir: m.Dir, Packet: p, Raw: m.Raw})
			v.Took(p, m.At)
		case m.Step == nil && m.Stream == "" && m.Exit == nil:
			s.State(m.At, m.State, m.Reason)
		}
	}
	for _, p := range more {
		s.Packet(protocol.Record{At: shop.Begin(), Packet: p, Raw: make([]byte, 100)})
	}
	s.State(shop.Begin(), protocol.StateLost, "the end")
	return s
}

// everything are sources of all that there is.
func everything(store *model.Store, tally *Tally) Sources {
	return Sources{
		Version: "v1", Store: store, Tally: tally, Watch: watch.New(store, nil),
		Session: func() session.Stats {
			return session.Stats{Accepted: 5, Established: 3, Dropped: map[session.Cause]uint64{session.CauseSecret: 2}, BytesIn: 100, PacketsIn: 7}
		},
		Viewers: func() []Viewer {
			return []Viewer{{"screen", "operate"}, {"screen", "watch"}, {"mallory\x1b[2J", "watch"}}
		},
		SSH: func() SSH { return SSH{Accepted: 9, Stalled: 1} },
	}
}

func listen(t *testing.T, sources Sources) *Server {
	t.Helper()
	s, err := Listen(t.Context(), "127.0.0.1:0", sources, slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		s.Close()
		http.DefaultClient.CloseIdleConnections()
	})
	return s
}

func get(t *testing.T, s *Server, path string) (status int, text string) {
	t.Helper()
	answer, err := http.Get("http://" + s.Addr() + path)
	if err != nil {
		t.Fatal(err)
	}
	defer answer.Body.Close()
	body, err := io.ReadAll(answer.Body)
	if err != nil {
		t.Fatal(err)
	}
	return answer.StatusCode, string(body)
}

// figures are the values in what /metrics says, by name and labels.
func figures(t *testing.T, text string) map[string]float64 {
	t.Helper()
	all := map[string]float64{}
	for lines := bufio.NewScanner(strings.NewReader(text)); lines.Scan(); {
		name, value, _ := strings.Cut(lines.Text(), "} ")
		if name != lines.Text() {
			name += "}"
		} else {
			name, value, _ = strings.Cut(lines.Text(), " ")
		}
		if v, err := strconv.ParseFloat(value, 64); err == nil && name[0] != '#' {
			all[name] = v
		}
	}
	return all
}

func TestMetricsAreWellNamed(t *testing.T) {
	store, tally := model.New(model.Limits{}), NewTally()
	tell(t, store, tally, 1)
	problems, err := testutil.GatherAndLint(everything(store, tally).registry())
	if err != nil {
		t.Fatal(err)
	}
	for _, p := range problems {
		t.Errorf("%s: %s", p.Metric, p.Text)
	}
}

// What is told of a recorded program is what the store says.
func TestMetricsEqualTheStore(t *testing.T) {
	store, tally := model.New(model.Limits{Memory: 1 << 20}), NewTally()
	lost := &protocol.CountersPacket{
		Funcs: []uint64{1}, Calls: []uint64{10}, TotalNS: []uint64{1000}, MaxNS: []uint64{500},
		LostCauses: []protocol.Text{protocol.CauseCalls, protocol.CauseLeaves, "gremlins"}, LostEvents: []uint64{4, 2, 1},
	}
	row := tell(t, store, tally, 1, lost).Row(time.Time{})
	_, text := get(t, listen(t, everything(store, tally)), "/metrics")
	got := figures(t, text)
	held, most := store.Memory()
	want := map[string]float64{
		"goapptrace_events_total":                                          float64(row.Events),
		"goapptrace_calls_total":                                           float64(row.Calls),
		"goapptrace_counted_calls_total":                                   float64(row.Counted),
		"goapptrace_forgotten_calls_total":                                 float64(row.RetainedOut),
		"goapptrace_lost_events_total":                                     7,
		`goapptrace_lost_events_by_cause_total{cause="call_not_recorded"}`: 4,
		`goapptrace_lost_events_by_cause_total{cause="end_not_recorded"}`:  2,
		`goapptrace_lost_events_by_cause_total{cause="other"}`:             1,
		"goapptrace_unexplained_events_total":                              float64(max(row.Difference, -row.Difference)),
		"goapptrace_memory_retained_bytes":                                 float64(held),
		"goapptrace_memory_limit_bytes":                                    float64(most),
		`goapptrace_sessions{state="lost"}`:                                1,
		`goapptrace_sessions{state="established"}`:                         0,
		`goapptrace_connections_dropped_total{cause="secret"}`:             2,
		"goapptrace_received_packets_total":                                7,
		`goapptrace_viewers{kind="screen",role="operate"}`:                 1,
		`goapptrace_viewers{kind="screen",role="watch"}`:                   1,
		`goapptrace_viewers{kind="attach",role="watch"}`:                   0,
		`goapptrace_viewer_connections_dropped_total{cause="stalled"}`:     1,
	}
	for name, v := range want {
		if g, told := got[name]; !told || g != v {
			t.Errorf("%s is %v (told: %v), want %v", name, g, told, v)
		}
	}
	if row.Events == 0 || row.RetainedOut == 0 || held == 0 {
		t.Errorf("the recorded program is too little to tell anything: %+v", row)
	}
	if strings.Contains(text, "gremlins") || strings.Contains(text, "mallory") {
		t.Error("a stranger's text is among the metrics")
	}
	newest, batches := got["goapptrace_newest_event_timestamp_seconds"], got["goapptrace_ingest_lag_seconds_count"]
	if d := newest - float64(row.Since.Unix()); d < 0 || d > 60 || batches == 0 {
		t.Errorf("the newest event came %v s after the beginning, of %v batches", d, batches)
	}
}

// Sessions that the store has forgotten stay in the sums, and those that are live are in them.
func TestSumsNeverShrink(t *testing.T) {
	store, tally := model.New(model.Limits{Sessions: 2}), NewTally()
	one := tell(t, store, tally, 1)
	events := one.Row(time.Time{}).Events
	for id := uint64(2); id < 6; id++ {
		tell(t, store, tally, id)
		if got := tally.Sums().Events; got != id*events {
			t.Errorf("%d events of %d sessions, want %d of each", got, id, events)
		}
	}
	tally.Open(one) // as if it was live
	if got := tally.Sums().Events; got != 6*events {
		t.Errorf("%d events with the one of a live session, want %d", got, 6*events)
	}
}

// Programs may send whatever they like: there are no more figures than before.
func TestNumberOfMetricsIsBounded(t *testing.T) {
	store, tally := model.New(model.Limits{}), NewTally()
	s := listen(t, everything(store, tally))
	tell(t, store, tally, 1)
	_, before := get(t, s, "/metrics")
	var many protocol.CountersPacket
	for i := range 1000 {
		many.LostCauses = append(many.LostCauses, protocol.Text(fmt.Sprintf("cause %d\"}\n", i)))
		many.LostEvents = append(many.LostEvents, 1)
	}
	for id := uint64(2); id < 6; id++ {
		tell(t, store, tally, id, &many)
	}
	_, after := get(t, s, "/metrics")
	was, is := figures(t, before), figures(t, after)
	for name := range maps.Keys(is) {
		if _, known := was[name]; !known && !strings.HasPrefix(name, "promhttp_") {
			t.Errorf("%s is new", name)
		}
	}
}

func TestHealth(t *testing.T) {
	s := listen(t, Sources{Store: model.New(model.Limits{}), Tally: NewTally()})
	for _, tt := range []struct {
		path   string
		ready  bool
		status int
	}{
		{"/healthz", false, 200},
		{"/readyz", false, 503},
		{"/readyz", true, 200},
		{"/healthz", true, 200},
		{"/metrics", true, 200},
		{"/", true, 404},
		{"/debug/pprof/", true, 404},
	} {
		s.Ready(tt.ready)
		if status, text := get(t, s, tt.path); status != tt.status {
			t.Errorf("%s, ready %v: %d %q, want %d", tt.path, tt.ready, status, text, tt.status)
		}
	}
	answer, err := http.Post("http://"+s.Addr()+"/metrics", "text/plain", strings.NewReader("x"))
	if err != nil {
		t.Fatal(err)
	}
	if answer.Body.Close(); answer.StatusCode != http.StatusMethodNotAllowed {
		t.Errorf("POST: %d", answer.StatusCode)
	}
}

// Nobody else's machine gets at it.
func TestAddressesAreLocal(t *testing.T) {
	for addr, ok := range map[string]bool{
		"127.0.0.1:9464": true, "127.8.9.1:0": true, "[::1]:9464": true, "localhost:9464": true,
		":9464": false, "0.0.0.0:9464": false, "[::]:9464": false, "192.0.2.1:9464": false, "example.org:9464": false,
		"9464": false, "": false, "[::ffff:192.0.2.1]:1": false,
	} {
		if err := CheckAddress(addr); (err == nil) != ok {
			t.Errorf("%q: %v", addr, err)
		}
		if ok {
			continue
		}
		if s, err := Listen(t.Context(), addr, Sources{Tally: NewTally()}, slog.New(slog.DiscardHandler)); err == nil {
			t.Errorf("%q: listens on %s", addr, s.Addr())
		}
	}
}

// Who asks and says no more keeps nobody from ending.
func TestCloseWaitsForNobody(t *testing.T) {
	defer goleak.VerifyNone(t)
	s, err := Listen(t.Context(), "127.0.0.1:0", Sources{Store: model.New(model.Limits{}), Tally: NewTally()}, slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatal(err)
	}
	conn, err := net.Dial("tcp", s.Addr())
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	if _, err := io.WriteString(conn, "GET /metrics HTTP/1.1\r\nHost: "); err != nil {
		t.Fatal(err)
	}
	get(t, s, "/healthz") // the one before has been accepted, too
	http.DefaultClient.CloseIdleConnections()
	s.Close()
	s.Close()
	if _, err := net.Dial("tcp", s.Addr()); err == nil {
		t.Error("it still listens")
	}
}

// docs/serve.md tells of all that there is.
func TestMetricsAreDocumented(t *testing.T) {
	text, err := os.ReadFile("../docs/serve.md")
	if err != nil {
		t.Fatal(err)
	}
	store, tally := model.New(model.Limits{}), NewTally()
	tell(t, store, tally, 1)
	families, err := everything(store, tally).registry().Gather()
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range families {
		name := f.GetName()
		if own := strings.HasPrefix(name, "goapptrace_"); own && !strings.Contains(string(text), "`"+name+"`") && !strings.Contains(string(text), "`"+name+"{") {
			t.Errorf("%s isn't told", name)
		}
	}
}
