package cli

import (
	"bytes"
	"io"
	"log/slog"
	"net"
	"net/http"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"go.uber.org/goleak"

	"goapptrace/health"
	"goapptrace/model"
	"goapptrace/protocol"
	"goapptrace/session"
)

func newTestServed(t *testing.T, log io.Writer, out printer) *served {
	t.Helper()
	config := session.Config{
		Listen: []string{"unix://" + filepath.Join(t.TempDir(), "s")}, Log: slog.New(slog.NewTextHandler(log, nil)),
	}
	s, err := newServed(config, &serveOptions{view: viewOptions{memory: defaultMemory}}, out)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// established waits until the store has taken in the session that conn has.
func (s *served) established(t *testing.T, id uint64) {
	t.Helper()
	for deadline := time.Now().Add(10 * time.Second); ; time.Sleep(time.Millisecond) {
		if kept := s.store.Session(id); kept != nil && kept.Row(time.Now()).State == protocol.StateEstablished {
			return
		}
		if time.Now().After(deadline) {
			t.Fatalf("session %d isn't established", id)
		}
	}
}

// greet connects to s as an app that has the hub's attention.
func greet(t *testing.T, s *served, app protocol.Text) net.Conn {
	t.Helper()
	conn := dial(t, s.hub, &protocol.ClientHelloPacket{AppName: app, PID: 77, ProtocolVersion: "1.1"})
	readPacket(t, conn)
	return conn
}

// What connects is kept, whether or not it is printed, and is told that the end has come.
func TestServedKeeps(t *testing.T) {
	for _, prints := range []bool{false, true} {
		defer goleak.VerifyNone(t)
		var log, printed bytes.Buffer
		var out printer
		if prints {
			out = &jsonPrinter{out: newLineWriter(&printed)}
		}
		s := newTestServed(t, &log, out)
		conn := greet(t, s, "kept")
		s.established(t, 1)
		ended := make(chan error, 1)
		go func() { ended <- s.close() }()
		if p := readPacket(t, conn); p.PacketType() != protocol.TypeShutdown {
			t.Errorf("got %v, want Shutdown", p.PacketType())
		}
		_ = conn.Close()
		if err := <-ended; err != nil {
			t.Error(err)
		}
		rows := s.store.Sessions(time.Now())
		if len(rows) != 1 || rows[0].App != "kept" || rows[0].State != protocol.StateClosed {
			t.Errorf("kept %+v", rows)
		}
		if strings.Contains(printed.String(), `"app":"kept"`) != prints {
			t.Errorf("printing %v: printed %q", prints, &printed)
		}
	}
}

// Programs that come and go leave no more behind than the store keeps.
func TestServedForgets(t *testing.T) {
	defer goleak.VerifyNone(t)
	s := newTestServed(t, io.Discard, nil)
	const most = 256
	for range most + 20 {
		_ = greet(t, s, "brief").Close()
	}
	if err := s.close(); err != nil {
		t.Error(err)
	}
	if n := len(s.store.Sessions(time.Now())); n != most {
		t.Errorf("kept %d sessions, want %d", n, most)
	}
}

// What is lost is logged while a session lasts, once, and summed up at its end.
func TestLossesAreLogged(t *testing.T) {
	defer goleak.VerifyNone(t)
	var log bytes.Buffer
	logger := slog.New(slog.NewTextHandler(&log, &slog.HandlerOptions{ReplaceAttr: cleanAttr}))
	s := &served{store: model.New(model.Limits{}), log: logger, tally: health.NewTally()}
	losses := &lossLog{store: s.store, log: logger}
	feed := s.opener(nil)(7, "unix")
	script := &script{}
	script.hello("shop\x1b[2J")
	script.batch("1+a 1-a", 3, 4)
	for _, ev := range script.events {
		feed.take(ev)
		losses.look(epoch)
		losses.look(epoch)
	}
	feed.end(epoch)
	for _, want := range []string{
		`level=INFO msg="session established" session=7 app=shop\x1b[2J pid=4123`,
		`level=WARN msg="events lost" session=7 app=shop\x1b[2J events=7 in_all=7`,
		`level=WARN msg="session summed up" session=7 app=shop\x1b[2J calls=1 counted=0 events=2 lost=7`,
	} {
		if n := strings.Count(log.String(), want); n != 1 {
			t.Errorf("%d times %s in\n%s", n, want, &log)
		}
	}
}

// Machines that ask are told what came, as long as the server isn't about to end.
func TestServedTellsMachines(t *testing.T) {
	defer goleak.VerifyNone(t)
	config := session.Config{Listen: []string{"unix://" + filepath.Join(t.TempDir(), "s")}, Log: slog.New(slog.DiscardHandler)}
	s, err := newServed(config, &serveOptions{view: viewOptions{memory: defaultMemory}, metrics: metricsOptions{"127.0.0.1:0"}}, nil)
	if err != nil {
		t.Fatal(err)
	}
	conn := greet(t, s, "counted")
	s.established(t, 1)
	client := &http.Client{Transport: &http.Transport{DisableKeepAlives: true}}
	for path, want := range map[string]string{
		"/readyz":  "ready",
		"/metrics": "goapptrace_sessions{state=\"established\"} 1\n",
	} {
		answer, err := client.Get("http://" + s.metrics.Addr() + path)
		if err != nil {
			t.Fatal(err)
		}
		text, err := io.ReadAll(answer.Body)
		_ = answer.Body.Close()
		if err != nil || answer.StatusCode != http.StatusOK || !strings.Contains(string(text), want) {
			t.Errorf("%s: %d %v, no %q in %q", path, answer.StatusCode, err, want, text)
		}
	}
	_ = conn.Close()
	if err := s.close(); err != nil {
		t.Error(err)
	}
}

// A defect that a session brings to light ends that session in the store and in the sums, and leaves the server be.
func TestServedSurvivesDefects(t *testing.T) {
	defer goleak.VerifyNone(t)
	var log bytes.Buffer
	s := newTestServed(t, &log, brittlePrinter{&jsonPrinter{out: newLineWriter(io.Discard)}})
	conn := dial(t, s.hub, &protocol.ClientHelloPacket{AppName: "first", ProtocolVersion: "1.1"})
	if _, err := io.Copy(io.Discard, conn); err != nil {
		t.Log(err) // closed, one way or the other
	}
	_ = conn.Close()
	if err := s.close(); err == nil || !strings.Contains(err.Error(), "a defect") {
		t.Errorf("the defect is reported as %v", err)
	}
	if row := s.store.Session(1).Row(time.Now()); row.State != protocol.StateLost || row.Reason != defect {
		t.Errorf("the session is %v: %s", row.State, row.Reason)
	}
	if n := s.tally.Live(); n != 0 {
		t.Errorf("%d sessions are live in the sums", n)
	}
	if !strings.Contains(log.String(), `level=ERROR msg="session closed: please report this defect" session=1 defect="a defect"`) {
		t.Errorf("logged %s", &log)
	}
}

// brittlePrinter has a defect.
type brittlePrinter struct{ printer }

func (p brittlePrinter) open(id uint64, remote string) feed {
	return brittle{p.printer.open(id, remote)}
}
