package e2e

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"
)

// TestOverSSH is what people elsewhere do, with the real client.
func TestOverSSH(t *testing.T) {
	h := serveShop(t)
	for name, part := range map[string]func(*host){
		"look": look, "two": twoLook, "lose": loseTheConnection, "ask": askForCalls, "refused": areRefused, "no more": getNoMore,
	} {
		t.Run(name, func(t *testing.T) { part(h.in(t)) })
	}
	restart(h)
	t.Run("operate", func(t *testing.T) { operate(h.in(t)) })
	t.Run("end", func(t *testing.T) { seeTheEnd(h.in(t)) })
}

// look is one watcher's visit, from the shell prompt to the shell prompt.
func look(h *host) {
	s := open(h.t, h.bin, 120, 36)
	settings := h.t.TempDir()
	before, after := filepath.Join(settings, "before"), filepath.Join(settings, "after")
	s.enter("clear; echo earlier work; stty -a > " + before)
	s.wait(`earlier work\n\$$`)
	screenBefore, modesBefore := s.text(), s.modes()

	s.enter("clear; echo earlier work; " + strings.Join(h.ssh("wanda"), " ") + "; echo status=$?; stty -a > " + after)
	s.wait(`● shop +\d+ `)
	seeCalls(s)
	pauseAndResume(s)
	filter(s)
	resize(s)
	s.press("x")
	s.wait(`this key may only watch`)
	s.press("2")
	s.wait(`╭ 1 Calls 2 Functions`)
	s.press("t")
	s.wait(`this key may only watch`)
	s.press("q")

	s.wait(`status=0\n\$$`)
	if got := strings.Replace(s.text(), "status=0\n", "", 1); strings.TrimSpace(got) != strings.TrimSpace(screenBefore) {
		h.t.Errorf("the screen was\n%s\nand is now\n%s", screenBefore, s.text())
	}
	if modes := s.modes(); modes != modesBefore {
		h.t.Errorf("the terminal's modes were %q and are now %q", modesBefore, modes)
	}
	sameFile(h.t, before, after)
}

// twoLook have each their own filter, size and pause.
func twoLook(h *host) {
	wanda, oscar := h.visit("wanda", 120, 36), h.visit("oscar", 100, 30)
	wanda.press("/")
	wanda.typed("bank")
	wanda.press("Enter")
	oscar.press("/")
	oscar.typed("pkg = store")
	oscar.press("Enter")
	wanda.wait(`1 other watches`)
	wanda.wait(` /bank ╮`)
	oscar.wait(` /pkg = store ╮`)
	oscar.press("Space")
	behind := oscar.wait(`paused, (\S+) calls? behind`)[1]
	frozen := oscar.wait(`[\d:]+\.\d{3}  g\d+.*`)[0]

	wanda.wait(`(\n.*g\d+ +.*slowBank.*){3}`)
	calls := wanda.wait(`calls +([\d,]+) `)[1]
	for wanda.wait(`calls +([\d,]+) `)[1] == calls || oscar.wait(`paused, (\S+) calls? behind`)[1] == behind {
	}
	if strings.Contains(wanda.text(), "paused") {
		h.t.Errorf("one is paused, and so is the other:\n%s", wanda.text())
	}
	if now := oscar.wait(`[\d:]+\.\d{3}  g\d+.*`)[0]; now != frozen {
		h.t.Errorf("while paused, the first call went from %q to %q", frozen, now)
	}
	for _, s := range []*screen{wanda, oscar} {
		s.press("q")
		s.wait(`status=0\n\$$`)
	}
}

// loseTheConnection and come back.
func loseTheConnection(h *host) {
	s := h.visit("wanda", 120, 36)
	h.wire.cut()
	s.wait(`status=255`)
	for h.watching("wanda") > 0 { // until the server has noticed
		time.Sleep(100 * time.Millisecond)
	}
	s.enter("reset; clear; " + strings.Join(h.ssh("wanda"), " ") + "; echo status=$?")
	s.wait(`● shop +\d+ `)
	seeCalls(s)
	s.press("q")
	s.wait(`status=0\n\$$`)
}

// watching counts somebody's screens.
func (h *host) watching(name string) (n int) {
	h.t.Helper()
	for _, viewer := range h.objects("oscar", "viewers", "--json") {
		if viewer["kind"] == "viewer" && viewer["name"] == name && viewer["by"] == "screen" {
			n++
		}
	}
	return n
}

// objects asks for JSON as somebody does.
func (h *host) objects(who string, words ...string) (all []map[string]any) {
	h.t.Helper()
	stdout, stderr, status := h.ask(append([]string{who}, words...)...)
	if status != 0 || stderr != "" {
		h.t.Fatalf("%q ends with %d: %s", words, status, stderr)
	}
	for dec := json.NewDecoder(strings.NewReader(stdout)); ; {
		var object map[string]any
		if err := dec.Decode(&object); errors.Is(err, io.EOF) {
			return all
		} else if err != nil {
			h.t.Fatalf("%q: %v in\n%s", words, err, stdout)
		}
		all = append(all, object)
	}
}

func askForCalls(h *host) {
	sessions := h.objects("wanda", "goapptrace", "sessions", "--json")
	if len(sessions) != 1 || sessions[0]["app"] != "shop" || sessions[0]["state"] != "established" {
		h.t.Errorf("the sessions are %v", sessions)
	}
	calls := h.objects("wanda", "calls", "--json", "--filter", "dur > 1ms and slowBank")
	if len(calls) == 0 {
		h.t.Error("there are no calls")
	}
	for _, call := range calls {
		if took, done := call["dur_ns"].(float64); call["kind"] != "call" || done && took <= 1e6 || !strings.Contains(fmt.Sprint(call["function"]), "slowBank") {
			h.t.Fatalf("a call that wasn't asked for: %v", call)
		}
	}
	if stdout, stderr, status := h.ask("wanda", "calls", "--filter", "'dur >'"); stdout != "" || !strings.Contains(stderr, "dur") || status != 2 {
		h.t.Errorf("a wrong filter gives %q, %q, %d", stdout, stderr, status)
	}
	for _, words := range [][]string{{"shutdown", "1"}, {"trace", "1", "off"}} {
		if stdout, stderr, status := h.ask(append([]string{"wanda"}, words...)...); !strings.Contains(stderr, "may only watch") || status == 0 {
			h.t.Errorf("%q of a watcher gives %q, %q, %d", words, stdout, stderr, status)
		}
	}
}

// areRefused are those without a key that is known. Failures count, so that each comes from an address of its own.
func areRefused(h *host) {
	for i, words := range [][]string{
		{"nobody"},
		{"-l", "root", "nobody"},
		{"-o", "PubkeyAuthentication=no", "wanda"},
		{"-o", "PreferredAuthentications=password", "-o", "NumberOfPasswordPrompts=1", "wanda"},
		{"-o", "PreferredAuthentications=keyboard-interactive", "-o", "NumberOfPasswordPrompts=1", "wanda"},
	} {
		stdout, stderr, status := h.askFrom(2+i, append(words, "sessions")...)
		if stdout != "" || !strings.Contains(stderr, "Permission denied (publickey)") || status != 255 {
			h.t.Errorf("%q gives %q, %q, %d", words, stdout, stderr, status)
		}
	}
	const stubborn = 9
	for denied := true; denied; {
		_, stderr, _ := h.askFrom(stubborn, "nobody", "sessions")
		denied = strings.Contains(stderr, "Permission denied")
	}
	if stdout, _, status := h.askFrom(stubborn, "wanda", "sessions"); stdout != "" || status != 255 {
		h.t.Errorf("from an address that has failed too often a known key gives %q, %d", stdout, status)
	}
	if _, stderr, status := h.ask("wanda", "sessions"); status != 0 {
		h.t.Errorf("others are kept out too: %q", stderr)
	}
}

// askFrom is ask from an address of one's own, 127.0.0.n.
func (h *host) askFrom(n int, words ...string) (stdout, stderr string, status int) {
	h.t.Helper()
	_, port, err := net.SplitHostPort(h.addr)
	if err != nil {
		h.t.Fatal(err)
	}
	return h.ask(append([]string{"-p", port, "-b", "127.0.0." + strconv.Itoa(n)}, words...)...)
}

// getNoMore than the screen and the commands.
func getNoMore(h *host) {
	for name, words := range map[string][]string{
		"a command of the shell": {"oscar", "sh", "-c", "'echo in'"},
		"a subsystem":            {"-s", "oscar", "sftp"},
		"a connection onwards":   {"-W", h.addr, "oscar"},
		"a port here":            {"-o", "ExitOnForwardFailure=yes", "-N", "-R", "0:" + h.addr, "oscar"},
	} {
		if stdout, stderr, status := h.ask(words...); stdout != "" || stderr == "" || status == 0 {
			h.t.Errorf("%s gives %q, %q, %d", name, stdout, stderr, status)
		}
	}
	_, stderr, _ := h.ask("-v", "-A", "-o", "LogLevel=DEBUG", "oscar", "sessions")
	if strings.Contains(stderr, "auth-agent") {
		h.t.Errorf("the server asks for the agent:\n%s", stderr)
	}
	h.forward()
}

// forward has ssh listen, and what comes there go nowhere.
func (h *host) forward() {
	h.t.Helper()
	target, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		h.t.Fatal(err)
	}
	defer target.Close()
	reached := make(chan struct{})
	go func() {
		if _, err := target.Accept(); err == nil {
			close(reached)
		}
	}()
	s := open(h.t, h.bin, 100, 30)
	local := h.path("forward" + strconv.Itoa(len(h.t.Name())))
	s.enter("clear; " + strings.Join(h.ssh("-N", "-L", local+":"+target.Addr().String(), "oscar"), " "))
	conn, err := net.Dial("unix", local)
	for ; err != nil; conn, err = net.Dial("unix", local) {
		time.Sleep(50 * time.Millisecond)
	}
	defer conn.Close()
	_ = conn.SetDeadline(time.Now().Add(patience))
	if n, err := conn.Read(make([]byte, 1)); n > 0 || !errors.Is(err, io.EOF) && !strings.Contains(err.Error(), "reset") {
		h.t.Errorf("read %d bytes: %v", n, err)
	}
	select {
	case <-reached:
		h.t.Error("the server connects onwards")
	default:
	}
	s.press("C-c")
}

// operate changes how a function is traced, and shuts the program's session down, for everybody to see.
func operate(h *host) {
	wanda, oscar := h.visit("wanda", 120, 36), h.visit("oscar", 120, 36)
	oscar.press("2")
	oscar.press("/")
	oscar.typed("slowBank")
	oscar.press("Enter")
	oscar.wait(` /slowBank ╮`)
	oscar.press("t")
	oscar.wait(`\bcount\b`)

	oscar.press("x")
	oscar.wait(`Shut down the session of shop`)
	oscar.press("y")
	for _, s := range []*screen{wanda, oscar} {
		s.wait(`○ shop +\d+ +closed`)
	}
	wanda.wait(`oscar shut down shop \(\d+\), \d\d:`)
	wanda.press("q")
	wanda.wait(`status=0\n\$$`)
	oscar.press("q")
	oscar.wait(`status=0\n\$$`)
	deeds := h.objects("wanda", "viewers", "--json")
	if last := fmt.Sprint(deeds[len(deeds)-1]); !strings.Contains(last, "oscar") || !strings.Contains(last, "shut down") {
		h.t.Errorf("the last deed is %s", last)
	}
}

// restart kills the server. The program comes back to the next one, and so do people.
func restart(h *host) {
	h.t.Helper()
	s := h.visit("wanda", 120, 36)
	_ = h.server.Process.Kill()
	s.wait(`status=255`)
	_ = h.server.Wait()
	h.serve(h.addr)
	s.enter("reset; clear; " + strings.Join(h.ssh("wanda"), " ") + "; echo status=$?")
	s.wait(`● shop `)
	seeCalls(s)
	s.press("q")
	s.wait(`status=0\n\$$`)
}

// seeTheEnd of the server, which leaves terminals whole.
func seeTheEnd(h *host) {
	s := open(h.t, h.bin, 120, 36)
	before := s.modes()
	s.enter("clear; " + strings.Join(h.ssh("wanda"), " ") + "; echo status=$?")
	s.wait(`[●○] shop `)
	_ = h.server.Process.Signal(syscall.SIGTERM)
	s.wait(`the server is shutting down(.*\n)+status=1\n\$$`)
	if after := s.modes(); after != before {
		h.t.Errorf("the terminal's modes were %q and are now %q", before, after)
	}
}
