package attach

import (
	"bytes"
	"context"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"goapptrace/ui"
)

// Through a socket of this machine a screen shows what a screen beside the store does. Its end is the viewers' end.
func TestUnixSocket(t *testing.T) {
	store, now := shop(t)
	path := filepath.Join(t.TempDir(), "view.sock")
	var here atomic.Int32
	var log bytes.Buffer // not read before the listener is closed
	l, err := Listen(path, func() (Source, func()) {
		here.Add(1)
		return Source{Store: store, Identity: "a", Now: now}, func() { here.Add(-1) }
	}, slog.New(slog.NewTextHandler(&log, nil)))
	if err != nil {
		t.Fatal(err)
	}
	if info, err := os.Stat(path); err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("the socket is %v, %v", info, err)
	}
	dial, err := ParseTarget("unix://" + path)
	if err != nil {
		t.Fatal(err)
	}
	c, err := Open(context.Background(), dial, Options{Now: now})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(c.Close)
	local, attached := newScreen(t, ui.Config{Store: store, Now: now}, 120, 36), newScreen(t, ui.Config{Remote: c, Now: now}, 120, 36)
	for _, s := range []*screen{local, attached} {
		s.press("3")
		s.rest(300 * time.Millisecond)
	}
	attached.until("what it shows here:\n"+local.text(), func(text string) bool { return text == local.text() })
	if here.Load() != 1 {
		t.Errorf("%d viewers are here", here.Load())
	}
	if err := l.Close(); err != nil {
		t.Error(err)
	}
	if here.Load() != 0 {
		t.Errorf("%d viewers are still here", here.Load())
	}
	if log.Len() > 0 {
		t.Errorf("the end is a mishap: %s", &log)
	}
	attached.wants("trying again")
	if _, err := Open(context.Background(), dial, Options{}); err == nil || !strings.Contains(err.Error(), "view.sock") {
		t.Errorf("where nobody listens the error is %v", err)
	}
}

func TestParseTarget(t *testing.T) {
	for _, good := range []string{"ssh://host", "ssh://ada@host:2222", "ssh://[::1]:22/", "unix:///run/view.sock"} {
		if _, err := ParseTarget(good); err != nil {
			t.Errorf("%s: %v", good, err)
		}
	}
	for bad, why := range map[string]string{
		"host": "want ssh://", "tcp://host:1": "want ssh://", "unix://view.sock": "absolute", "unix:view.sock": "absolute", "ssh://": "host is missing",
		"ssh://-oProxyCommand=x": "host is missing", "ssh://host/path": "nothing may follow", "ssh://host:22?x": "nothing may follow", "ssh://ada:hunter2@host": "password",
		"ssh://%zz": "no address",
	} {
		_, err := ParseTarget(bad)
		if err == nil || !strings.Contains(err.Error(), why) || strings.Contains(err.Error(), "hunter2") {
			t.Errorf("%s: %v", bad, err)
		}
	}
}

// What ssh says last is what is told of it, and nothing that a terminal would obey.
func TestTail(t *testing.T) {
	var said tail
	_, _ = said.Write([]byte("a banner\r\nada@host: Permission denied \x1b[31m(publickey).\r\n"))
	if got := said.String(); !strings.HasPrefix(got, "ada@host: Permission denied ") || strings.Contains(got, "\x1b") {
		t.Errorf("%q", got)
	}
}
