package cli

import (
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"time"

	"goapptrace/protocol"
	"goapptrace/salvage"
	"goapptrace/session"
)

// deathTime bounds how long a program may take to die whose connection has broken.
const deathTime = time.Second

// wreck is what a program records into while it lives, and what can be salvaged when it has died. The file is open all
// the time: it may be removed before the program ends.
type wreck struct {
	path    string
	pid     int64
	rings   *os.File
	file    *salvage.File
	receipt *salvage.Receipt
}

// findWreck finds the file of the program that says hello, among those in the directory. It returns nil if there is none.
func findWreck(dir string, hello *protocol.ClientHelloPacket) *wreck {
	if dir == "" {
		return nil
	}
	started := hello.StartTime + int64(time.Millisecond) // the clocks have different grains
	var found *wreck
	for path, pid := range ringsOf(dir) {
		if pid != hello.PID {
			continue
		}
		w, err := openWreck(path, pid, hello.Epoch)
		if err != nil {
			continue
		}
		// A process has a file for each program that it becomes by exec; this is the latest that can be meant.
		if w.file.Wall > started || found != nil && w.file.Wall < found.file.Wall {
			w.close()
			continue
		}
		found.close()
		found = w
	}
	return found
}

func openWreck(path string, pid, epoch int64) (*wreck, error) {
	rings, err := os.OpenFile(path, os.O_RDONLY|syscall.O_NONBLOCK, 0) // it may be a pipe
	if err != nil {
		return nil, err
	}
	w := &wreck{path: path, pid: pid, rings: rings, receipt: salvage.NewReceipt(epoch)}
	if w.file, err = salvage.OpenFile(rings); err != nil {
		w.close()
		return nil, err
	}
	return w, nil
}

func (w *wreck) close() {
	if w != nil {
		_ = w.rings.Close()
	}
}

// note takes in what has come from the program.
func (w *wreck) note(r *protocol.Record) {
	if w != nil && r.Dir == protocol.In {
		w.receipt.Note(r.Packet)
	}
}

// alive says whether the file is still part of the process's memory.
func (w *wreck) alive() bool {
	info, err := w.rings.Stat()
	return err == nil && mapped(w.pid, info)
}

// last turns the event that ends a lost session into one that tells what was salvaged, and leads that to the feed before. The
// program is given a moment to die; of one that lives on, or has left nothing of this connection, nothing can be salvaged.
func (w *wreck) last(ev session.Event, to feed) session.Event {
	if w == nil || ev.State != protocol.StateLost || ev.Record != nil {
		return ev
	}
	for patience := time.Now().Add(deathTime); w.alive(); time.Sleep(5 * time.Millisecond) {
		if time.Now().After(patience) {
			return ev
		}
	}
	remains, err := w.remains()
	if err != nil {
		return ev
	}
	w.hand(remains, to)
	return w.told(ev, remains)
}

// remains reads what the program recorded and never sent.
func (w *wreck) remains() (*salvage.Remains, error) {
	file, err := salvage.OpenFile(w.rings) // again: it may have grown
	if err != nil {
		return nil, err
	}
	return file.Remains(w.receipt)
}

// hand leads the remains to the feed as if they had come.
func (w *wreck) hand(remains *salvage.Remains, to feed) {
	for _, p := range remains.Packets {
		now := time.Now()
		to.take(session.Event{
			At: now, State: protocol.StateEstablished,
			Record: &protocol.Record{At: now, Dir: protocol.In, Packet: p},
		})
	}
}

// told says in the last event of a session what was salvaged.
func (w *wreck) told(ev session.Event, remains *salvage.Remains) session.Event {
	why, _ := strings.CutSuffix(string(ev.Reason), session.TailUnknown)
	ev.Reason = protocol.Text(why + ": " + plural(remains.Events, "event") + " salvaged")
	ev.Salvaged = &remains.Events
	return ev
}

// hello is what the program would have said, given the time.
func (w *wreck) hello() *protocol.ClientHelloPacket {
	exe := protocol.Text(w.file.Executable)
	return &protocol.ClientHelloPacket{
		AppName: protocol.Text(filepath.Base(w.file.Executable)), ProtocolVersion: protocol.Text(protocol.Current.String()),
		PID: w.pid, ExecPath: exe, StartTime: w.file.Wall, WallClock: w.file.Wall, MonoClock: w.file.Mono,
	}
}
