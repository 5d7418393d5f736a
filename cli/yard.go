package cli

import (
	"os"
	"strings"
	"sync"
	"time"

	"goapptrace/protocol"
	"goapptrace/session"
)

// yard is where the files lie that traced programs leave: what they record, and reports of crashes. The zero value knows of none but those of programs that
// somebody else has started, on this machine.
type yard struct {
	mu    sync.Mutex
	own   leavings        // of the programs that we start
	known map[string]bool // files that a session has been found for
}

// leavings are the directories of what programs leave.
type leavings struct {
	rings   string  // what they record, "" for none
	crashes crashes // why they crashed
}

// lookInto names the directories of the programs that we start.
func (y *yard) lookInto(own leavings) {
	y.mu.Lock()
	defer y.mu.Unlock()
	y.own = own
}

// inquire adds to an event that ends a lost session why process pid has crashed, if it has.
func (y *yard) inquire(ev session.Event, pid int64) session.Event {
	if ev.State == protocol.StateLost && ev.Record == nil {
		y.mu.Lock()
		fatal := y.own.crashes
		y.mu.Unlock()
		ev.Crash = fatal.of(pid)
	}
	return ev
}

// find finds the file of the program that says hello from remote, nil if there is none.
func (y *yard) find(hello *protocol.ClientHelloPacket, remote string) *wreck {
	if remote != "unix" { // others than this user's programs could say what they like
		return nil
	}
	y.mu.Lock()
	defer y.mu.Unlock()
	dir := y.own.rings
	if dir == "" {
		dir = ringsDirOf(hello.PID)
	}
	w := findWreck(dir, hello)
	if w != nil {
		if y.known == nil {
			y.known = map[string]bool{}
		}
		y.known[w.path] = true
	}
	return w
}

// ringsDirOf is the directory that a process was told to use by whoever started it.
func ringsDirOf(pid int64) string {
	environment, _ := os.ReadFile(procFile(pid, "environ"))
	for v := range strings.SplitSeq(string(environment), "\x00") {
		if dir, ok := strings.CutPrefix(v, ringsEnv+"="); ok {
			return dir
		}
	}
	return ""
}

// leave ends the use of a wreck, which may be nil, and removes the files that nobody needs any more.
func (y *yard) leave(w *wreck) {
	if w != nil {
		w.close()
		y.clear()
	}
}

// disown gives back a wreck, which may be nil, whose session came to nothing: if the program has died, it is a stray.
func (y *yard) disown(w *wreck) {
	if w == nil {
		return
	}
	w.close()
	y.mu.Lock()
	defer y.mu.Unlock()
	delete(y.known, w.path)
}

// clear removes the files of programs that are dead and had a session.
func (y *yard) clear() {
	y.mu.Lock()
	defer y.mu.Unlock()
	for path := range y.known {
		info, err := os.Lstat(path)
		if err == nil && mapped(pidOf(path), info) {
			continue
		}
		_ = os.Remove(path)
		delete(y.known, path)
	}
}

// strays are the files of dead programs that never had a session.
func (y *yard) strays() []*wreck {
	y.mu.Lock()
	defer y.mu.Unlock()
	var found []*wreck
	for path, pid := range ringsOf(y.own.rings) {
		const firstEpoch = 0
		if y.known[path] {
			continue
		}
		w, err := openWreck(path, pid, firstEpoch)
		switch {
		case err != nil:
		case w.alive():
			w.close()
		default:
			found = append(found, w)
			_ = os.Remove(path)
		}
	}
	return found
}

// raiseStrays shows the programs that died before they were heard of, as sessions that were lost. It says whether
// there are any.
func (h *hub) raiseStrays() (found bool) {
	for _, w := range h.yard.strays() {
		if h.raiseStray(w) {
			found = true
		}
		w.close()
	}
	return found
}

func (h *hub) raiseStray(w *wreck) bool {
	remains, err := w.remains()
	if err != nil || remains.Events == 0 {
		return false
	}
	feed := h.open(h.server.NextID(), "unix")
	now := time.Now()
	feed.take(session.Event{At: now, State: protocol.StateHelloReceived, Hello: w.hello(), Version: protocol.Current})
	feed.take(session.Event{At: now, State: protocol.StateEstablished})
	w.hand(remains, feed)
	end := w.told(session.Event{At: now, State: protocol.StateLost, Reason: "the program ended before it was answered"}, remains)
	feed.take(h.yard.inquire(end, w.pid))
	feed.end(time.Now())
	return true
}
