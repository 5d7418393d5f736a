package cli

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"time"

	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/x/term"

	"goapptrace/model"
	"goapptrace/protocol"
	"goapptrace/session"
	"goapptrace/ui"
)

// copyDelay bounds how long what the program has left running may hold its output open.
const copyDelay = time.Second

// show shows the screen until the user leaves it or ctx ends.
func show(ctx context.Context, h *hub, store *model.Store, view viewOptions, program ui.Program) error {
	if view.duration > 0 {
		var cancel context.CancelFunc
		ctx, cancel = context.WithTimeout(ctx, view.duration)
		defer cancel()
	}
	err := ui.Run(ctx, ui.Config{
		Store: store, Commander: h, Program: program,
		Addresses: h.server.Addrs(), Notices: h.server.Notices(),
		Editor: os.Getenv("EDITOR"), ASCII: view.ascii, NoMouse: view.noMouse,
	})
	if err != nil && !errors.Is(err, tea.ErrInterrupted) {
		return fmt.Errorf("show the screen: %w (--plain needs none)", err)
	}
	return nil
}

// watchScreen shows what connects.
func watchScreen(ctx context.Context, config session.Config, view viewOptions) error {
	store := model.New(model.Limits{})
	h, err := newHub(config, func(s *session.Session) feed { return openModelFeed(store, s) })
	if err != nil {
		return err
	}
	err = show(ctx, h, store, view, nil)
	return errors.Join(err, h.shutdown())
}

// runOnScreen runs the program behind the screen: its output goes to the model, and it is out of the terminal's reach.
func (t *tracee) runOnScreen() (status int, err error) {
	store := model.New(model.Limits{})
	console := &console{store: store}
	h, err := t.listen(func(s *session.Session) feed {
		return consoleFeed{openModelFeed(store, s), console}
	})
	if err != nil {
		return 0, err
	}
	stdin, err := t.plugIn(console)
	if err != nil {
		return 0, errors.Join(err, h.shutdown())
	}
	c, err := startChild(t.cmd, t.crashFile(), true)
	if err != nil {
		return 0, errors.Join(err, h.shutdown())
	}
	console.starts(int64(t.cmd.Process.Pid))
	watched := make(chan struct{})
	go func() {
		defer close(watched)
		<-c.done
		h.settle(int64(t.cmd.Process.Pid))
		console.exited(c.exit)
	}()
	name := filepath.Base(t.cmd.Path)
	err = show(context.Background(), h, store, t.view, &program{child: c, name: name, stdin: stdin})
	c.stop()
	<-watched
	return c.status(), errors.Join(err, h.shutdown())
}

// plugIn connects the program's standard streams to the console. Its input is what the user types there,
// unless ours comes from elsewhere than a terminal.
func (t *tracee) plugIn(console *console) (stdin *os.File, err error) {
	t.cmd.Stdout, t.cmd.Stderr = console.stream("stdout"), console.stream("stderr")
	t.cmd.WaitDelay = copyDelay
	if !term.IsTerminal(os.Stdin.Fd()) {
		t.cmd.Stdin = os.Stdin
		return nil, nil
	}
	r, w, err := os.Pipe()
	if err != nil {
		return nil, fmt.Errorf("the program's standard input: %w", err)
	}
	t.cmd.Stdin = r
	return w, nil
}

// program is the traced program as the screen sees it. It implements [ui.Program].
type program struct {
	*child
	name  string
	stdin *os.File // nil when the user can't type into it
}

func (p *program) Name() string  { return p.name }
func (p *program) Running() bool { return p.running() }
func (p *program) Stop()         { p.stop() }

// consoleFeed tells the console which session is the program's.
type consoleFeed struct {
	modelFeed
	console *console
}

func (f consoleFeed) take(ev session.Event) {
	f.modelFeed.take(ev)
	if ev.Hello != nil && ev.Version != (protocol.Version{}) {
		f.console.connected(ev.Hello.PID, f.session)
	}
}
