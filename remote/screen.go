package remote

import (
	"context"
	"errors"
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
	server := v.peer.server
	account := server.budget.Open()
	defer account.Close()
	out := newOutlet(session, func() error { return arrived(session) }, v.lose, server.limits, account)
	defer func() { _ = out.Close(partingTime) }() // does nothing after another one
	if err := v.show(session, pty, out, account); err != nil {
		server.log.Warn("a screen ended badly", append(v.viewer.attrs(), "error", err.Error())...)
		status = 1
	}
	if line := v.farewell(); line != "" {
		fmt.Fprint(out, line+"\n")
		status = 1
	}
	if err := out.Close(partingTime); err != nil {
		server.log.Info("a screen wasn't seen to its end", append(v.viewer.attrs(), "reason", err.Error())...)
	}
	return status
}

// arrived returns when the viewer's machine has got what was written to it before. What it says to a request that it doesn't know
// doesn't matter.
func arrived(session ssh.Session) error {
	_, err := session.SendRequest("keepalive@openssh.com", true, nil)
	return err
}

// lose is what comes of a terminal that doesn't take what is drawn.
func (v *visit) lose(why error) {
	if errors.Is(why, errStalled) || errors.Is(why, errFull) {
		v.peer.drop(why.Error())
	}
}

func (v *visit) show(session ssh.Session, pty ssh.Pty, out io.Writer, account *ui.Account) error {
	limits := v.peer.server.limits
	ctx, over := context.WithCancel(context.WithoutCancel(v.ctx)) // the screen is left in order, whatever ends v.ctx
	defer over()
	env := environment(session.Environ(), pty.Term)
	size := limits.clamp(pty.Window.Width, pty.Window.Height)
	input := newInput(session, limits.Idle, func() { v.cancel(errIdle) })
	defer input.stop()
	config := v.config(env)
	config.Account = account
	program := ui.NewProgram(ctx, config,
		tea.WithInput(input), tea.WithOutput(out), tea.WithEnvironment(env), tea.WithWindowSize(size.Width, size.Height),
		tea.WithColorProfile(colorprofile.Env(env)), tea.WithoutSignalHandler(), tea.WithFilter(stayAwake))
	told := make(chan struct{})
	go func() {
		defer close(told)
		v.tell(ctx, program)
	}()
	_, err := program.Run()
	go ui.Drain(program) // until the input ends, with the session
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
func (v *visit) config(env []string) ui.Config {
	server := v.peer.server
	c := server.config.Screen(v.viewer)
	if c.Commander != nil {
		c.Commander = Commander(v.viewer, c.Commander)
	}
	if v.viewer.Role != RoleOperate {
		c.ReadOnly = ErrWatchOnly.Error()
	}
	c.Away, c.Company, c.Self = true, server.room, v.viewer.ID
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
