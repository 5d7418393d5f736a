package main

import (
	"bytes"
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"time"

	"goapptrace/model"
	"goapptrace/session"
)

// goal is the rate, in calls a second, that a program, its agent and the viewer are to sustain on two cores.
const goal = 5_000_000

// flow are the rows of a program whose every call goes all the way into the model, as under the screen: at the rate that is the goal, at the
// highest rate in steps of a million calls a second at which nothing is lost or counted, and as fast as it can.
func (b *bench) flow() []row {
	producer, err := b.buildProducer(b.tmp)
	if err != nil {
		return []row{broken("end to end", err)}
	}
	lasts, rate := 4*time.Second, float64(goal)
	if b.quick {
		lasts, rate = time.Second/2, goal/25
	}
	name := "end to end, paced to " + grouped(uint64(rate)) + " calls/s"
	paced, err := trace(producer, lasts, rate)
	if err != nil {
		return []row{broken(name, err)}
	}
	rows := []row{paced.rate(name), paced.wire()}
	if !b.quick {
		rows = append(rows, sustained(producer, lasts, paced.whole()))
	}
	const unpaced = "end to end, as fast as it can"
	flood, err := trace(producer, lasts, 0)
	if err != nil {
		return append(rows, broken(unpaced, err))
	}
	r := flood.rate(unpaced)
	r.broken = flood.row.Difference != 0 || !flood.row.Settled
	return append(rows, r)
}

// sustained looks for the highest rate at which two runs in a row lose and count nothing: above the goal, or below when that was too much.
func sustained(producer string, lasts time.Duration, up bool) row {
	const name, step = "end to end, highest rate of which every call is shown", 1_000_000
	best := missing(name, "the machine was too busy at every rate")
	rate, next := float64(goal), float64(step)
	if !up {
		rate, next = goal-step, -step
	}
	for ; rate > 0; rate += next {
		whole := true
		var r *run
		for n := 0; n < 2 && whole; n++ {
			var err error
			if r, err = trace(producer, lasts, rate); err != nil {
				return broken(name, err)
			}
			whole = r.whole()
		}
		if whole {
			best = r.rate(name)
		}
		if whole != up {
			break
		}
	}
	return best
}

// buildProducer builds the program in testdata/producer with hooks, into dir.
func (b *bench) buildProducer(dir string) (bin string, err error) {
	bin = filepath.Join(dir, "producer")
	if out, err := exec.Command(b.tracer, "build", "-o", bin, "./testdata/producer").CombinedOutput(); err != nil {
		return "", fmt.Errorf("build the producer with hooks: %w\n%s", err, out)
	}
	return bin, nil
}

// A run is what came of a traced producer.
type run struct {
	rateMade float64 // calls a second
	row      model.SessionRow
	load     string
}

// whole says that every call was streamed, at the rate that was asked for.
func (r *run) whole() bool {
	return r.row.Settled && r.row.Lost == 0 && r.row.Counted == 0 && r.row.Difference == 0
}

func (r *run) rate(name string) row {
	s := &r.row
	return row{Name: name, Value: r.rateMade, Unit: "calls/s", Note: fmt.Sprintf(
		"%s calls shown, %s counted, %s events lost, difference of the ledger %d; load %s",
		grouped(s.Calls), grouped(s.Counted), grouped(s.Lost), s.Difference, r.load)}
}

func (r *run) wire() row {
	return row{Name: "event, on the wire, of that program", Value: float64(r.row.Bytes) / float64(r.row.Events), Unit: "bytes"}
}

// trace runs the producer at a rate, in calls a second, 0 for as fast as it can, under a viewer without a screen in this process.
func trace(producer string, lasts time.Duration, rate float64) (*run, error) {
	dir, err := os.MkdirTemp("", "goapptrace-bench-")
	if err != nil {
		return nil, err
	}
	defer os.RemoveAll(dir)
	server, err := session.Listen(context.Background(), session.Config{Listen: []string{"unix://" + filepath.Join(dir, "socket")}})
	if err != nil {
		return nil, err
	}
	taken := make(chan *model.Session, 1)
	go func() { taken <- take(server) }()
	rings, err := os.MkdirTemp(memory(), "goapptrace-bench-")
	if err != nil {
		return nil, errors.Join(err, server.Close())
	}
	defer os.RemoveAll(rings)
	made, err := produce(server.Addrs()[0], rings, producer, lasts, rate)
	if err != nil {
		return nil, errors.Join(err, server.Close())
	}
	s := <-taken
	if err := server.Close(); err != nil {
		return nil, err
	}
	return &run{rateMade: made, row: s.Row(time.Now()), load: load()}, nil
}

// memory is a directory in memory, or "" for that of temporary files.
func memory() string {
	const shm = "/dev/shm"
	if _, err := os.Stat(shm); err != nil {
		return ""
	}
	return shm
}

// produce runs the producer to its end and returns how many calls it made a second.
func produce(viewer, rings, producer string, lasts time.Duration, rate float64) (float64, error) {
	var out, said bytes.Buffer
	cmd := exec.Command(producer, "-duration", lasts.String(), "-rate", fmt.Sprint(rate))
	cmd.Env = append(os.Environ(), "GOAPPTRACE_SERVER="+viewer, "GOAPPTRACE_RINGS="+rings, "GOAPPTRACE_FLUSH=10s")
	cmd.Stdout, cmd.Stderr = &out, &said
	err := cmd.Run()
	var made struct {
		Calls   uint64
		Seconds float64
	}
	if err = cmp.Or(err, json.Unmarshal(out.Bytes(), &made)); err != nil {
		return 0, fmt.Errorf("the producer: %w: %s", err, strings.TrimSpace(said.String()))
	}
	return float64(made.Calls) / made.Seconds, nil
}

// take takes the first session into a model, until it ends.
func take(server *session.Server) *model.Session {
	from, ok := <-server.Sessions()
	if !ok {
		return nil
	}
	s := model.New(model.Limits{}).Open(from.ID(), time.Now(), from.RemoteAddr())
	for ev := range from.Events() {
		switch {
		case ev.Step != nil:
			s.Step(*ev.Step)
		case ev.Hello != nil:
			s.Hello(ev.Hello, ev.Version)
		case ev.Record != nil:
			s.Packet(*ev.Record)
		default:
			s.State(ev.At, ev.State, ev.Reason)
		}
	}
	return s
}
