//go:build linux

package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"time"

	"goapptrace/internal/tmux"
)

// busy is the program that is traced.
const busy = "faults/hour/testdata/busy"

// scene is a viewer with its program, and what was sampled of their processes.
type scene struct {
	kind  string
	parts []*part
	term  *tmux.Terminal
	cmd   *exec.Cmd
}

// part is a process of a scene.
type part struct {
	name    string
	pid     int
	meter   string // the file in which it tells what it uses, if it does
	samples []sample
	settled []sample // see settle
}

// startScene starts a viewer of the kind and waits for its program.
func startScene(ctx context.Context, kind, goapptrace, dir string, memory int) (*scene, error) {
	s := &scene{kind: kind}
	file := filepath.Join(dir, kind)
	meter := "HOUR_METER=" + dir
	args := []string{goapptrace, "run", fmt.Sprintf("--memory=%dMiB", memory), "--trace=main.hot*"}
	var err error
	switch kind {
	case "screen":
		s.term, err = tmux.Start(120, 40, []string{meter}, append(args, "-C", busy, ".", file)...)
	case "plain":
		s.cmd = exec.CommandContext(ctx, args[0], append(args[1:], "--plain", "--trace-file=/dev/null", "-C", busy, ".", file)...)
		s.cmd.Env = append(os.Environ(), meter)
		s.cmd.Stdout, s.cmd.Stderr = io.Discard, io.Discard
		s.cmd.Cancel = func() error { return s.cmd.Process.Signal(os.Interrupt) }
		err = s.cmd.Start()
	default:
		return nil, errors.New(`there are "screen" and "plain"`)
	}
	if err != nil {
		return nil, err
	}
	program, err := awaitPID(ctx, file)
	if err != nil {
		s.end()
		return nil, err
	}
	viewer, err := parent(program)
	if err != nil {
		s.end()
		return nil, err
	}
	s.parts = []*part{{name: "viewer", pid: viewer}, {name: "program", pid: program}}
	for _, p := range s.parts {
		p.meter = filepath.Join(dir, strconv.Itoa(p.pid))
	}
	if keeper := childNamed(viewer, "output-keeper"); keeper != 0 {
		s.parts = append(s.parts, &part{name: "keeper", pid: keeper})
	}
	return s, nil
}

// sample looks at all processes.
func (s *scene) sample(at time.Duration) error {
	for _, p := range s.parts {
		rss, err := resident(p.pid)
		if err != nil {
			return fmt.Errorf("%s: %w%s", p.name, err, s.lastWords())
		}
		now := sample{at: at, rss: rss}
		now.read(p.meter)
		p.samples = append(p.samples, now)
	}
	return nil
}

// settle stops the programs for a moment, in which the viewers take in what is on its way, and then collect their garbage:
// only then is what they keep all that is live.
func settle(scenes []*scene, at time.Duration) error {
	const drained, patience = 2 * time.Second, time.Minute
	for _, s := range scenes {
		if err := syscall.Kill(s.program().pid, syscall.SIGSTOP); err != nil {
			return err
		}
		defer func() { _ = syscall.Kill(s.program().pid, syscall.SIGCONT) }()
	}
	time.Sleep(drained)
	for _, s := range scenes {
		ask := s.viewer().meter + ".settle"
		if err := os.WriteFile(ask, nil, 0o600); err != nil {
			return err
		}
		for begin := time.Now(); ; time.Sleep(10 * time.Millisecond) {
			if _, err := os.Stat(ask); err != nil {
				break
			}
			if time.Since(begin) > patience {
				return fmt.Errorf("viewer %q doesn't tell what it uses%s", s.kind, s.lastWords())
			}
		}
		now := sample{at: at}
		now.read(s.viewer().meter)
		s.viewer().settled = append(s.viewer().settled, now)
	}
	return nil
}

func (s *scene) viewer() *part  { return s.parts[0] }
func (s *scene) program() *part { return s.parts[1] }

// print tells more of all processes, a line for each, and uses the screen a little.
func (s *scene) print(at time.Duration) error {
	for _, p := range s.parts {
		f, err := lookAt(p.pid)
		if err != nil {
			return fmt.Errorf("%s: %w%s", p.name, err, s.lastWords())
		}
		live := p.samples[len(p.samples)-1].live
		fmt.Printf("%8v %-8s %-9s %8.1f %8.1f %8.1f %8.1f %8.0f\n",
			at.Round(time.Second), s.kind, p.name, f.rss, f.pss, f.anon, live, f.cpu.Seconds())
	}
	if s.term != nil {
		return s.term.Press("Tab")
	}
	return nil
}

// lastWords is the screen, for whoever wants to know why it is no more.
func (s *scene) lastWords() string {
	if s.term == nil {
		return ""
	}
	text, _ := s.term.Screen()
	return "\n" + text
}

func (s *scene) end() {
	if s.term != nil {
		_ = s.term.Press("q")
		time.Sleep(time.Second) // for the viewer to end its program
		_ = s.term.Close()
		return
	}
	_ = s.cmd.Process.Signal(os.Interrupt)
	_ = s.cmd.Wait() // it was interrupted
}

// plainMemory is how much memory the program uses without hooks, in MiB.
func plainMemory(ctx context.Context, dir string) (float64, error) {
	exe, file := filepath.Join(dir, "busy"), filepath.Join(dir, "without hooks")
	if out, err := exec.Command("go", "build", "-C", busy, "-o", exe, ".").CombinedOutput(); err != nil {
		return 0, fmt.Errorf("%w\n%s", err, out)
	}
	cmd := exec.CommandContext(ctx, exe, file)
	if err := cmd.Start(); err != nil {
		return 0, err
	}
	defer func() { _ = cmd.Process.Kill(); _ = cmd.Wait() }()
	if _, err := awaitPID(ctx, file); err != nil {
		return 0, err
	}
	time.Sleep(5 * time.Second) // for its heap to find its size
	return resident(cmd.Process.Pid)
}

// awaitPID waits for a program to say its process ID in a file.
func awaitPID(ctx context.Context, file string) (int, error) {
	const patience = 5 * time.Minute
	for begin := time.Now(); time.Since(begin) < patience && ctx.Err() == nil; time.Sleep(100 * time.Millisecond) {
		text, _ := os.ReadFile(file)
		if pid, err := strconv.Atoi(strings.TrimSpace(string(text))); err == nil {
			return pid, nil
		}
	}
	return 0, errors.New("the program never began")
}
