// Command record runs examples/shop for two seconds, traced, and writes what its session was told into a file. Run it from the module's root.
package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"sync"
	"time"

	"goapptrace/internal/recording"
	"goapptrace/model"
	"goapptrace/session"
)

func main() {
	if len(os.Args) != 2 {
		fmt.Fprintln(os.Stderr, "record: say which file to write")
		os.Exit(2)
	}
	if err := record(os.Args[1]); err != nil {
		fmt.Fprintln(os.Stderr, "record:", err)
		os.Exit(1)
	}
}

func record(file string) error {
	dir, err := os.MkdirTemp("", "record-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	shop := filepath.Join(dir, "shop")
	build := exec.Command("go", "run", ".", "build", "--args", "-o", shop, "./examples/shop")
	build.Stdout, build.Stderr = os.Stderr, os.Stderr
	if err := build.Run(); err != nil {
		return fmt.Errorf("build the shop: %w", err)
	}
	rec, err := run(dir, shop)
	if err != nil {
		return err
	}
	hide, err := newHider(dir)
	if err != nil {
		return err
	}
	if err := hide.all(rec); err != nil {
		return err
	}
	out, err := os.Create(file)
	if err != nil {
		return err
	}
	return errors.Join(rec.Write(out), out.Close())
}

// run runs the shop and takes down what it tells, until its session ends.
func run(dir, shop string) (*recording.Recording, error) {
	socket := "unix://" + filepath.Join(dir, "s")
	server, err := session.Listen(context.Background(), session.Config{Listen: []string{socket}})
	if err != nil {
		return nil, err
	}
	defer func() { _ = server.Close() }() // all has been said by then
	t := new(taker)
	cmd := exec.Command(shop, "-for", "2s", "-rate", "60", "-leak", "300ms", "-seed", "7")
	cmd.Env = append(os.Environ(), "GOAPPTRACE_SERVER="+socket)
	cmd.Stdout, cmd.Stderr = printed{t, "stdout"}, printed{t, "stderr"}
	if err := cmd.Start(); err != nil {
		return nil, err
	}
	s := <-server.Sessions()
	t.rec.Remote = s.RemoteAddr()
	var listening sync.WaitGroup
	listening.Go(func() {
		for ev := range s.Events() {
			t.take(ev)
		}
	})
	err = cmd.Wait()
	listening.Wait()
	t.add(recording.Moment{At: time.Now(), Exit: &model.Exit{Status: cmd.ProcessState.ExitCode()}})
	return &t.rec, err
}

// taker takes down what happens. The session and the program's output come on goroutines of their own.
type taker struct {
	mu  sync.Mutex
	rec recording.Recording
}

func (t *taker) add(m recording.Moment) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.rec.Moments = append(t.rec.Moments, m)
}

func (t *taker) take(ev session.Event) {
	m := recording.Moment{At: ev.At, Step: ev.Step, Hello: ev.Hello, Version: ev.Version, State: ev.State, Reason: ev.Reason}
	if r := ev.Record; r != nil {
		m.At, m.Dir, m.Raw = r.At, r.Dir, r.Raw
	}
	t.add(m)
}

// printed takes down what the program prints to a stream.
type printed struct {
	t      *taker
	stream string
}

func (p printed) Write(data []byte) (int, error) {
	p.t.add(recording.Moment{At: time.Now(), Stream: p.stream, Output: append([]byte(nil), data...)})
	return len(data), nil
}
