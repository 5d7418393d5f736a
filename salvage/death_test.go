package salvage_test

import (
	"context"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"goapptrace/model"
	"goapptrace/protocol"
	"goapptrace/salvage"
	"goapptrace/session"
)

// death is a run of the victim as its viewer saw it.
type death struct {
	made     *counts
	row      model.SessionRow
	calls    map[string]uint64 // begun, by function
	salvaged uint64
	status   *os.ProcessState
}

// watchDeath runs the victim, kills it after a while unless that is zero, and salvages.
func watchDeath(t *testing.T, mode string, kill func(made *counts) time.Duration) death {
	t.Helper()
	rings, err := os.MkdirTemp("/dev/shm", "goapptrace-test-") //nolint:usetesting // it has to be memory
	if err != nil {
		t.Skip("no memory to share:", err)
	}
	t.Cleanup(func() { _ = os.RemoveAll(rings) })
	dir := t.TempDir()
	server, err := session.Listen(context.Background(), session.Config{Listen: []string{"unix://" + filepath.Join(dir, "s")}})
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = server.Close() }()
	d := death{made: openCounts(filepath.Join(dir, "count")), calls: map[string]uint64{}}
	cmd := exec.Command(os.Args[0])
	cmd.Env = append(os.Environ(), victimMode+"="+mode, victimCount+"="+filepath.Join(dir, "count"),
		"GOAPPTRACE_SERVER="+server.Addrs()[0], "GOAPPTRACE_RINGS="+rings)
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	gone := make(chan struct{})
	go func() { _ = cmd.Wait(); close(gone) }()
	if kill != nil {
		for d.made[outset].Load() == 0 {
			time.Sleep(time.Millisecond)
		}
		time.AfterFunc(kill(d.made), func() { _ = cmd.Process.Kill() })
	}
	s := model.New(model.Limits{}).Open(1, time.Now(), "unix")
	receipt := salvage.NewReceipt(0)
	select {
	case live := <-server.Sessions():
		follow(live, s, receipt)
	case <-time.After(500 * time.Millisecond): // it died before it connected
	}
	<-gone
	d.status = cmd.ProcessState
	d.salvage(t, s, receipt, filepath.Join(rings, strconv.Itoa(cmd.Process.Pid)+".rings"))
	d.row = s.Row(time.Now())
	for _, f := range s.Functions(model.FuncQuery{Limit: 100}).Rows {
		d.calls[string(f.Name)] = f.Calls
	}
	return d
}

// follow takes in a session until it is lost.
func follow(live *session.Session, s *model.Session, receipt *salvage.Receipt) {
	for ev := range live.Events() {
		switch {
		case ev.Hello != nil:
			s.Hello(ev.Hello, ev.Version)
		case ev.Record != nil && ev.Record.Dir == protocol.In:
			receipt.Note(ev.Record.Packet)
			s.Packet(*ev.Record)
		}
	}
}

func (d *death) salvage(t *testing.T, s *model.Session, receipt *salvage.Receipt, path string) {
	t.Helper()
	f, err := os.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	file, err := salvage.OpenFile(f)
	if err != nil {
		t.Fatal(err)
	}
	remains, err := file.Remains(receipt)
	if err != nil {
		t.Fatal(err)
	}
	for _, p := range remains.Packets {
		s.Packet(protocol.Record{At: time.Now(), Dir: protocol.In, Packet: p})
	}
	s.State(time.Now(), protocol.StateLost, "")
	d.salvaged = remains.Events
}

// check compares what is shown with what was done. A worker that was about to make a call has counted it.
func (d *death) check(t *testing.T) {
	t.Helper()
	if !d.row.Settled || d.row.Difference != 0 || d.row.Malformed != 0 || d.row.Orphans != 0 {
		t.Errorf("the ledger is off: %+v", d.row)
	}
	var made uint64
	for w := range workers {
		made += uint64(d.made[1+w].Load())
	}
	steps := d.calls["goapptrace/salvage_test.step"]
	if d.row.Lost == 0 && (steps > made || made-steps > workers) {
		t.Errorf("the victim made %d calls, %d are shown", made, steps)
	}
	if all := steps + d.row.Lost; all+workers < made {
		t.Errorf("the victim made %d calls, %d are shown and %d events lost", made, steps, d.row.Lost)
	}
}

func soon(*counts) time.Duration { return time.Duration(rand.Int64N(int64(120 * time.Millisecond))) }

// What a program recorded before it was killed is shown, exactly once.
func TestKilled(t *testing.T) {
	times := 20
	if testing.Short() {
		times = 5
	}
	var salvaged uint64
	for _, mode := range []string{"pace", "flood"} {
		for range times {
			d := watchDeath(t, mode, soon)
			d.check(t)
			salvaged += d.salvaged
		}
	}
	if salvaged == 0 {
		t.Error("there was never anything to salvage")
	}
}

// A program is killed while its viewer has not even answered it.
func TestKilledAtOnce(t *testing.T) {
	d := watchDeath(t, "pace", func(*counts) time.Duration { return 0 })
	d.check(t)
}

// Functions that are called for the first time in the last moment have their names.
func TestLastMoment(t *testing.T) {
	for mode, want := range map[string]struct{ function, status string }{
		"panic": {"goapptrace/salvage_test.lastWords", "exit status 2"},
		"early": {"goapptrace/salvage_test.lastWords", "exit status 2"},
		"exit":  {"goapptrace/salvage_test.final", "exit status 7"},
	} {
		t.Run(mode, func(t *testing.T) {
			d := watchDeath(t, mode, nil)
			d.check(t)
			if d.calls[want.function] != 1 || !strings.Contains(d.status.String(), want.status) {
				t.Errorf("%v; shown are %v", d.status, d.calls)
			}
		})
	}
}
