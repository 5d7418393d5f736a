package e2e

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// TestWatchShop is one user's visit, from the shell prompt to the shell prompt.
func TestWatchShop(t *testing.T) {
	s := start(t, 120, 36)
	settings := t.TempDir()
	before, after := filepath.Join(settings, "before"), filepath.Join(settings, "after")
	s.enter("clear; echo earlier work; stty -a > " + before)
	s.wait(`earlier work\n\$$`)
	screenBefore, modesBefore := s.text(), s.modes()

	s.enter("clear; echo earlier work; goapptrace run ./examples/shop; echo status=$?; stty -a > " + after)
	seeSession(s)
	seeCalls(s)
	pauseAndResume(s)
	filter(s)
	openPacket(s)
	resize(s)
	shutDown(s)
	quit(s)

	s.wait(`status=0\n\$$`)
	if got := strings.Replace(s.text(), "status=0\n", "", 1); strings.TrimSpace(got) != strings.TrimSpace(screenBefore) {
		t.Errorf("the screen was\n%s\nand is now\n%s", screenBefore, s.text())
	}
	if modes := s.modes(); modes != modesBefore {
		t.Errorf("the terminal's modes were %q and are now %q", modesBefore, modes)
	}
	sameFile(t, before, after)
}

func seeSession(s *screen) {
	s.t.Helper()
	s.wait(`● live +1 session`)
	s.wait(`● shop +\d+ `)
	// The transcript is complete and in order.
	s.wait(`✓ connected unix.*(\n.*)+✓ ClientHello 1\.1.*(\n.*)+✓ version .*(\n.*)+✓ secret .*(\n.*)+✓ ServerHello 1\.1.*(\n.*)+● established`)
	s.wait(`←  FuncLogBatch +[\d,]+ events`)
	s.wait(`calls +[1-9][\d,]*`)
}

// seeCalls waits for finished calls with durations and for an open one, then for the view to move on.
func seeCalls(s *screen) {
	s.t.Helper()
	s.wait(` (main|store|orders|pool)\.\S+ +[\d.]+ (ns|µs|ms) `)
	s.wait(`[\d.]+ (µs|ms|s) \S +░`)
	first := s.wait(`calls +([\d,]+) `)[1]
	for s.wait(`calls +([\d,]+) `)[1] == first {
	}
}

func pauseAndResume(s *screen) {
	s.t.Helper()
	s.press("Space")
	behind := s.wait(`paused, (\S+) calls? behind`)[1]
	frozen := s.wait(`\d\d:\d\d:\d\d\.\d{4,}  g\d+.*`)[0]
	for s.wait(`paused, (\S+) calls? behind`)[1] == behind { // the world goes on
	}
	if now := s.wait(`\d\d:\d\d:\d\d\.\d{4,}  g\d+.*`)[0]; now != frozen {
		s.t.Errorf("while paused, the first call went from %q to %q", frozen, now)
	}
	s.press("Space")
	s.wait(`● live`)
}

func filter(s *screen) {
	s.t.Helper()
	s.press("/")
	s.typed("bank")
	s.press("Enter")
	s.wait(` /bank ╮`)
	s.wait(`(\n.*g\d+ +.*slowBank.*){3}`)
	s.press("Escape")
	s.wait(`g\d+ .* store\.`)
	s.press("/")
	s.typed("func ~ Bank and dur > 1")
	s.wait(`\n /func ~ Bank and dur > 1 *\n {22,26}\^ dur is a time with a unit`)
	s.press("BSpace")
	s.typed("1us")
	s.press("Enter")
	s.wait(` /func ~ Bank and dur > 1us ╮`)
	s.wait(`(\n.*g\d+ +.*slowBank.*){3}`)
	s.press("Escape")
	s.wait(`g\d+ .* store\.`)
}

func openPacket(s *screen) {
	s.t.Helper()
	s.press("Tab")
	s.press("Up")
	s.press("Enter")
	s.wait(`[0-9a-f]{4,8}  ([0-9a-f]{2}[] []?){4}`)
	s.press("Escape")
	s.wait(`^ enter its calls  →/l fields`) // a key that comes at once behind an escape would be another one
}

func resize(s *screen) {
	s.t.Helper()
	s.resize(80, 24)
	s.wait(`^╰[─╯╰]{78}╯\n.*q quit`)
	s.resize(120, 36)
	s.wait(`^│ +peer +unix`)
}

func shutDown(s *screen) {
	s.t.Helper()
	s.press("x")
	s.wait(`Shut down the session of shop`)
	s.press("n")
	s.wait(`● established`)
	s.press("x")
	s.wait(`Shut down the session of shop`)
	s.press("y")
	s.wait(`○ shop +\d+ +closed`)
	s.wait(`the viewer shut it down`)
}

// quit stops the program too, which has gone on untraced.
func quit(s *screen) {
	s.t.Helper()
	s.press("q")
	s.wait(`shop is still running`)
	s.press("y")
}

func sameFile(t *testing.T, before, after string) {
	t.Helper()
	was, err := os.ReadFile(before)
	if err != nil {
		t.Fatal(err)
	}
	is, err := os.ReadFile(after)
	if err != nil {
		t.Fatal(err)
	}
	if string(was) != string(is) || len(was) == 0 {
		t.Errorf("the terminal's settings were\n%s\nand are now\n%s", was, is)
	}
}
