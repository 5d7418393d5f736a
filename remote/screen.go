package remote

import (
	"context"
	"fmt"
	"io"
	"time"

	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/colorprofile"
	"github.com/charmbracelet/ssh"

	"goapptrace/ui"
)

// partingTime is how long a screen that was told to close may take.
const partingTime = 2 * time.Second

// showScreen shows the screen to those who come with a terminal and no command.
func (s *Server) showScreen(next ssh.Handler) ssh.Handler {
	return func(session ssh.Session) {
		pty, _, ok := session.Pty()
		if !ok || session.RawCommand() != "" || pty.Term == "dumb" {
			next(session)
			return
		}
		v := visitOf(session)
		v.host(session, KindScreen, func() int { return v.screen(session, pty) })
	}
}

// screen shows the screen until the viewer leaves it or has to.
func (v *visit) screen(session ssh.Session, pty ssh.Pty) (status int) {
	limits := v.peer.server.limits
	out := newOutlet(session, limits.Buffer, limits.Stall, v.peer.drop)
	defer out.close()
	if err := v.show(session, pty, out); err != nil {
		v.peer.server.log.Warn("a screen ended badly", append(v.viewer.attrs(), "error", err.Error())...)
		status = 1
	}
	if line := v.farewell(); line != "" {
		fmt.Fprint(out, line+"\n")
		status = 1
	}
	return status
}

func (v *visit) show(session ssh.Session, pty ssh.Pty, out *outlet) error {
	limits := v.peer.server.limits
	ctx, over := context.WithCancel(context.WithoutCancel(v.ctx)) // the screen is left in order, whatever ends v.ctx
	defer over()
	env := environment(session.Environ(), pty.Term)
	size := limits.clamp(pty.Window.Width, pty.Window.Height)
	input := newInput(session, limits.Idle, func() { v.cancel(errIdle) })
	defer input.stop()
	program := ui.NewProgram(ctx, v.config(env, out),
		tea.WithInput(input), tea.WithOutput(out), tea.WithEnvironment(env), tea.WithWindowSize(size.Width, size.Height),
		tea.WithColorProfile(colorprofile.Env(env)), tea.WithoutSignalHandler(), tea.WithFilter(stayAwake))
	told := make(chan struct{})
	go func() {
		defer close(told)
		v.tell(ctx, program)
	}()
	_, err := program.Run()
	over()
	<-told
	return err
}

// stayAwake has no screen suspend: there is no shell behind it.
func stayAwake(_ tea.Model, msg tea.Msg) tea.Msg {
	if _, ok := msg.(tea.SuspendMsg); ok {
		return nil
	}
	return msg
}

// config is what the viewer sees, without what would run or write on this machine.
func (v *visit) config(env []string, out *outlet) ui.Config {
	server := v.peer.server
	c := server.config.Screen(v.viewer)
	if c.Commander != nil {
		c.Commander = Commander(v.viewer, c.Commander)
	}
	if v.viewer.Role != RoleOperate {
		c.ReadOnly = ErrWatchOnly.Error()
	}
	c.Company, c.Self, c.Backlog = server.room, v.viewer.ID, out.backlog
	c.Program, c.Input, c.Editor, c.KeepFilters, c.KeepWatchers = nil, nil, "", nil, nil
	c.ASCII = c.ASCII || plainLanguage(env)
	return c
}

// tell passes on what happens to the viewer's terminal, until ctx ends, and that the screen has to close.
func (v *visit) tell(ctx context.Context, program *tea.Program) {
	for {
		select {
		case <-ctx.Done():
			return
		case size := <-v.sizes:
			program.Send(size)
		case <-v.ctx.Done():
			late := time.AfterFunc(partingTime, program.Kill)
			defer late.Stop()
			program.Quit()
			<-ctx.Done()
			return
		}
	}
}

// input is what a viewer types. It tells when nothing was typed for a time.
type input struct {
	io.Reader
	after time.Duration
	idle  *time.Timer
}

func newInput(r io.Reader, after time.Duration, idle func()) *input {
	return &input{r, after, time.AfterFunc(after, idle)}
}

// Read implements [io.Reader].
func (i *input) Read(p []byte) (int, error) {
	n, err := i.Reader.Read(p)
	if n > 0 {
		i.idle.Reset(i.after)
	}
	return n, err
}

func (i *input) stop() { i.idle.Stop() }
