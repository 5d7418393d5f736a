package cli

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"time"

	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/x/term"

	"goapptrace/model"
	"goapptrace/protocol"
	"goapptrace/session"
	"goapptrace/ui"
	"goapptrace/ui/safe"
	"goapptrace/watch"
)

// copyDelay bounds how long what the program has left running may hold its output open.
const copyDelay = time.Second

// stage is what a screen needs before it is shown. Viewers see it from then on.
type stage struct {
	view    viewOptions
	config  ui.Config
	viewers *viewers
}

// openStage makes the stage for what h leads to a store.
func openStage(h *hub, store *model.Store, view viewOptions) (*stage, error) {
	s := &stage{view: view, config: ui.Config{
		Store: store, Commander: h,
		Addresses: h.server.Addrs(), Notices: h.server.Notices(),
		Hint: view.offer.run, BuiltHint: view.offer.built,
	}}
	own, keep := userWatchers()
	s.config.Watch, s.config.KeepWatchers = watch.Start(store, watch.Join(append(own, view.watchers...))), keep
	var err error
	if s.viewers, err = view.remote.serve(viewed{hub: h, store: store, screen: view.shared(s.config)}); err != nil {
		s.config.Watch.Close()
		return nil, err
	}
	view.dress(&s.config)
	s.config.Filters, s.config.KeepFilters = userFilters()
	return s, nil
}

// show shows the screen until the user leaves it, ctx ends, or the terminal is gone. The program may be nil.
func (s *stage) show(ctx context.Context, p *program) error {
	ctx, stop := untilEnd(ctx)
	defer stop()
	if s.view.duration > 0 {
		var cancel context.CancelFunc
		ctx, cancel = context.WithTimeout(ctx, s.view.duration)
		defer cancel()
	}
	config := s.config
	if p != nil {
		config.Program = p
		if p.input != nil {
			config.Input = p.input
		}
	}
	defer s.viewers.join(&config)()
	err := ui.Run(ctx, config)
	if err != nil && !errors.Is(err, tea.ErrInterrupted) {
		return fmt.Errorf("show the screen: %w (--plain needs none)", err)
	}
	return nil
}

// close sends the viewers away, and ends what the stage began.
func (s *stage) close() error {
	err := s.viewers.sendOff()
	s.config.Watch.Close()
	return err
}

// show shows the screen until the user leaves it, ctx ends, or the terminal is gone.
func show(ctx context.Context, h *hub, store *model.Store, view viewOptions) error {
	s, err := openStage(h, store, view)
	if err != nil {
		return err
	}
	return errors.Join(s.show(ctx, nil), s.close())
}

// watchScreen shows what connects. The secret that it asks for is in secretFile, which may be empty.
func watchScreen(ctx context.Context, config session.Config, secretFile string, view viewOptions) error {
	if err := view.remote.checkFiles(); err != nil {
		return err
	}
	store := view.store()
	h, err := newHub(config, func(id uint64, remote string) feed { return openModelFeed(store, id, remote) })
	if err != nil {
		return err
	}
	view.offer = newOffer(h.server.Addrs(), secretFile)
	err = show(ctx, h, store, view)
	return errors.Join(err, h.shutdown())
}

// runOnScreen runs the program behind the screen: its output goes to the model, and it is out of the terminal's reach.
func (t *tracee) runOnScreen() (status int, err error) {
	store := t.view.store()
	console := &console{store: store}
	h, err := t.listen(func(id uint64, remote string) feed {
		return consoleFeed{openModelFeed(store, id, remote), console}
	})
	if err != nil {
		return 0, err
	}
	stage, err := openStage(h, store, t.view)
	if err != nil {
		return 0, errors.Join(err, h.shutdown())
	}
	p, err := t.startBehind(console)
	if err != nil {
		return 0, errors.Join(err, stage.close(), h.shutdown())
	}
	watched := make(chan struct{})
	go func() {
		defer close(watched)
		<-p.done
		p.output.wait(copyDelay)
		h.settle(p.pid())
		h.raiseStrays()
		console.exited(p.exit)
	}()
	err = errors.Join(stage.show(context.Background(), p), stage.close())
	p.stop()
	<-watched
	p.unplug()
	if p.exit.Crash != "" { // what was on the screen is gone
		fmt.Fprintln(os.Stderr, strings.Join(safe.Lines(p.exit.Crash), "\n"))
	}
	return p.status(), errors.Join(err, h.shutdown())
}

// startBehind starts the program with its standard streams connected to the console. Its input is what the user
// types there, unless ours comes from elsewhere than a terminal.
func (t *tracee) startBehind(console *console) (*program, error) {
	p := &program{name: filepath.Base(t.cmd.Path)}
	t.cmd.Stdin = os.Stdin
	var pipe *os.File
	if term.IsTerminal(os.Stdin.Fd()) {
		input, end, err := newTyped()
		if err != nil {
			return nil, err
		}
		defer end.Close()
		p.input, pipe, t.cmd.Stdin = input, input.pipe, end
	}
	var err error
	if p.output, err = keepOutput(t.cmd, pipe, console.stream("stdout"), console.stream("stderr")); err != nil {
		p.unplug()
		return nil, err
	}
	if p.input != nil {
		p.input.ended = p.output.endInput
	}
	p.child, err = startChild(t.cmd, t.crashes, true)
	p.output.started()
	if err != nil {
		p.unplug()
		p.output.wait(copyDelay)
		return nil, err
	}
	console.starts(p.pid())
	return p, nil
}

// program is the traced program as the screen sees it. It implements [ui.Program].
type program struct {
	*child
	name   string
	output *keeper
	input  *typed // nil when the user can't type into it
}

func (p *program) Name() string  { return p.name }
func (p *program) Running() bool { return p.running() }
func (p *program) Stop()         { p.stop() }

func (p *program) unplug() {
	if p.input != nil {
		p.input.stop()
	}
}

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
