package remote

import (
	"errors"
	"strings"
	"testing"

	gossh "golang.org/x/crypto/ssh"
)

const (
	altScreenOn  = "\x1b[?1049h"
	altScreenOff = "\x1b[?1049l"
)

func TestAScreenIsShownUntilQ(t *testing.T) {
	h := open(t, nil)
	w := h.watch(h.must(h.watcher), 80, 24)
	w.waitFor(altScreenOn)
	w.waitFor("goapptrace")
	w.typeIn("q")
	if err := w.ends(); err != nil {
		t.Errorf("q ends with %v", err)
	}
	if !w.has(altScreenOff) {
		t.Error("the terminal is left in the alternate screen")
	}
	eventually(t, "nobody is left", func() bool { return len(h.server.Viewers()) == 0 })
}

func TestAScreenFollowsItsTerminal(t *testing.T) {
	h := open(t, nil)
	w := h.watch(h.must(h.watcher), 20, 5)
	w.waitFor("This terminal is a")
	if err := w.session.WindowChange(36, 120); err != nil {
		t.Fatal(err)
	}
	w.waitFor("waiting")
	w.typeIn("q")
	_ = w.ends()
}

func TestViewersHearWhyTheServerEnds(t *testing.T) {
	h := open(t, nil)
	w := h.watch(h.must(h.watcher), 80, 24)
	w.waitFor("waiting")
	h.shutdown()
	var exit *gossh.ExitError
	if err := w.ends(); !errors.As(err, &exit) || exit.ExitStatus() != 1 {
		t.Errorf("the session ends with %v", err)
	}
	_, after, ok := strings.Cut(string(w.output), altScreenOff)
	if !ok || !strings.Contains(after, errShutdown.Error()) {
		t.Errorf("what stays on the terminal is %q", after)
	}
}
