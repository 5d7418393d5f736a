package remote

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"testing"

	gossh "golang.org/x/crypto/ssh"

	"goapptrace/protocol"
)

func TestNothingIsForwarded(t *testing.T) {
	h := open(t, nil)
	client := h.must(h.operator)
	if c, err := client.Dial("tcp", h.server.Addr()); err == nil {
		_ = c.Close()
		t.Error("a connection goes out from here")
	}
	if l, err := client.Listen("tcp", "127.0.0.1:0"); err == nil {
		_ = l.Close()
		t.Error("somebody listens here")
	}
	for _, kind := range []string{
		"direct-tcpip", "direct-streamlocal@openssh.com", "tun@openssh.com", "x11", "auth-agent@openssh.com", "nonsense",
	} {
		if channel, _, err := client.OpenChannel(kind, nil); err == nil {
			_ = channel.Close()
			t.Errorf("a channel of type %s is opened", kind)
		}
	}
	for _, request := range []string{
		"tcpip-forward", "streamlocal-forward@openssh.com", "cancel-tcpip-forward", "no-more-sessions@openssh.com", "hostkeys-prove-00@openssh.com",
	} {
		if ok, _, err := client.SendRequest(request, true, nil); ok || err != nil {
			t.Errorf("to %s the server says %v, %v", request, ok, err)
		}
	}
	if role := h.roleOf(client); role != RoleOperate {
		t.Errorf("after all that the operator may %v", role)
	}
}

func TestWhatSessionsRefuse(t *testing.T) {
	h := open(t, nil)
	client := h.must(h.operator)
	word := func(s string) []byte { return gossh.Marshal(struct{ S string }{s}) }
	variable := func(name, value string) []byte { return gossh.Marshal(struct{ N, V string }{name, value}) }
	for _, tt := range []struct {
		request string
		payload []byte
		ok      bool
	}{
		{"env", variable("COLORTERM", "truecolor"), true},
		{"env", variable("LANG", "C.UTF-8"), true},
		{"env", variable("NO_COLOR", "1"), true},
		{"env", variable("LD_PRELOAD", "/tmp/x.so"), false},
		{"env", variable("TERM", "dumb"), false},
		{"env", variable("GOAPPTRACE_SECRET", "x"), false},
		{"env", variable("LANG", strings.Repeat("x", 5<<10)), false},
		{"env", []byte{1}, false},
		{"auth-agent-req@openssh.com", nil, false},
		{"x11-req", nil, false},
		{"signal", word("KILL"), false},
		{"break", nil, false},
		{"subsystem", word("sftp"), false},
		{"subsystem", word("goapptrace"), false}, // nobody serves it here
		{"pty-req", []byte{1, 2}, false},
		{"shell", word(strings.Repeat("x", 5<<10)), false},
		{"nonsense", nil, false},
	} {
		session, err := client.NewSession()
		if err != nil {
			t.Fatal(err)
		}
		if ok, err := session.SendRequest(tt.request, true, tt.payload); ok != tt.ok || err != nil {
			t.Errorf("to %s %.40q a session says %v, %v", tt.request, tt.payload, ok, err)
		}
		_ = session.Close()
	}
}

func TestConnectionsHaveAFewSessions(t *testing.T) {
	h := open(t, func(_ *house, c *Config) { c.Limits.Sessions = 2 })
	client := h.must(h.watcher)
	var sessions []*gossh.Session
	for range 2 {
		s, err := client.NewSession()
		if err != nil {
			t.Fatal(err)
		}
		sessions = append(sessions, s)
	}
	if s, err := client.NewSession(); err == nil {
		_ = s.Close()
		t.Error("a third session is opened")
	}
	_ = sessions[0].Close()
	eventually(t, "there is room again", func() bool {
		s, err := client.NewSession()
		if err == nil {
			_ = s.Close()
		}
		return err == nil
	})
}

// output is what a command writes, and its status.
func output(t *testing.T, client *gossh.Client, command string, pty bool) (stdout, stderr string, status int) {
	t.Helper()
	session, err := client.NewSession()
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = session.Close() }()
	var out, bad bytes.Buffer
	session.Stdout, session.Stderr = &out, &bad
	if pty {
		if err := session.RequestPty("xterm", 24, 80, gossh.TerminalModes{}); err != nil {
			t.Fatal(err)
		}
	}
	run := func() error { return session.Run(command) }
	if command == "" {
		run = func() error { return errors.Join(session.Shell(), session.Wait()) }
	}
	var exit *gossh.ExitError
	if err := run(); errors.As(err, &exit) {
		status = exit.ExitStatus()
	} else if err != nil {
		t.Fatal(err)
	}
	return out.String(), bad.String(), status
}

func TestCommands(t *testing.T) {
	h := open(t, func(_ *house, c *Config) {
		c.Command = func(_ context.Context, v Viewer, args []string, stdin io.Reader, stdout, stderr io.Writer) int {
			fmt.Fprintf(stdout, "%s %s %s %q\n", v.Name, v.Role, v.Kind, args)
			fmt.Fprintln(stderr, "said")
			return len(args)
		}
	})
	client := h.must(h.watcher)
	for command, want := range map[string]string{
		"sessions":                            `wanda watch command ["sessions"]`,
		"goapptrace calls --filter 'a > \"b'": `wanda watch command ["calls" "--filter" "a > \"b"]`,
		"goapptrace goapptrace":               `wanda watch command ["goapptrace"]`,
	} {
		stdout, stderr, status := output(t, client, command, false)
		if stdout != want+"\n" || stderr != "said\n" || status != strings.Count(want, `" "`)+1 {
			t.Errorf("%s: %q, %q, %d", command, stdout, stderr, status)
		}
	}
	if stdout, _, _ := output(t, client, "sessions", true); !strings.HasSuffix(stdout, "]\r\n") {
		t.Errorf("to a terminal a command writes %q", stdout)
	}
	for _, command := range []string{"", "goapptrace", "  ", "calls 'x"} {
		stdout, stderr, status := output(t, client, command, false)
		if stdout != "" || status != 1 || !strings.HasPrefix(stderr, "goapptrace: ") {
			t.Errorf("%q: %q, %q, %d", command, stdout, stderr, status)
		}
	}
	if stdout, stderr, status := output(t, client, strings.Repeat("x", 5<<10), false); stdout != "" || status != 1 || !strings.Contains(stderr, "4096 bytes, the limit ssh-words") {
		t.Errorf("to a very long command the server says %q, %q, %d", stdout, stderr, status)
	}
}

func TestCommandsEndWithTheirViewers(t *testing.T) {
	began, ended := make(chan struct{}), make(chan error, 1)
	h := open(t, func(_ *house, c *Config) {
		c.Command = func(ctx context.Context, _ Viewer, _ []string, _ io.Reader, _, _ io.Writer) int {
			began <- struct{}{}
			<-ctx.Done()
			ended <- context.Cause(ctx)
			return 0
		}
	})
	for name, end := range map[string]func(c *gossh.Client, s *gossh.Session, input io.Writer){
		"the session is closed":    func(_ *gossh.Client, s *gossh.Session, _ io.Writer) { _ = s.Close() },
		"the connection is closed": func(c *gossh.Client, _ *gossh.Session, _ io.Writer) { _ = c.Close() },
		"ctrl+c is pressed":        func(_ *gossh.Client, _ *gossh.Session, input io.Writer) { _, _ = input.Write([]byte{3}) },
	} {
		t.Run(name, func(t *testing.T) {
			client := h.must(h.watcher)
			session, err := client.NewSession()
			if err != nil {
				t.Fatal(err)
			}
			input, err := session.StdinPipe()
			if err != nil {
				t.Fatal(err)
			}
			if err := errors.Join(session.RequestPty("xterm", 24, 80, gossh.TerminalModes{}), session.Start("follow")); err != nil {
				t.Fatal(err)
			}
			<-began
			end(client, session, input)
			if why := <-ended; why == nil {
				t.Error("the context goes on")
			}
		})
	}
	h.must(h.watcher)
}

func TestCommandsHearOfTheEnd(t *testing.T) {
	began := make(chan struct{})
	h := open(t, func(_ *house, c *Config) {
		c.Command = func(ctx context.Context, _ Viewer, _ []string, _ io.Reader, _, _ io.Writer) int {
			close(began)
			<-ctx.Done()
			return 7
		}
	})
	client := h.must(h.watcher)
	done := make(chan string)
	go func() {
		_, stderr, status := output(t, client, "follow", false)
		done <- fmt.Sprint(status, " ", stderr)
	}()
	<-began
	h.shutdown()
	if got, want := <-done, "7 goapptrace: "+errShutdown.Error()+"\n"; got != want {
		t.Errorf("the command ends with %q, not %q", got, want)
	}
}

func TestOnlyOperatorsAct(t *testing.T) {
	h := open(t, nil)
	h.server.room.NameFunctions(func(session, function uint64) string { return fmt.Sprintf("main.f%d", function) })
	start := &protocol.StartTraceCmdPacket{FuncID: 7, Mode: protocol.ModeCount}
	for _, v := range []Viewer{{Role: RoleWatch, Name: "wanda"}, {Role: RoleOperate, Name: "alice"}} {
		v, leave := h.server.room.Enter(v)
		c := Commander(v, h.deeds)
		if Commander(v, c) != c {
			t.Error("deeds would be noted twice")
		}
		for _, err := range []error{c.Shutdown(1), c.Cut(2), c.Trace(3, start)} {
			if (err == nil) != (v.Role == RoleOperate) || err != nil && !errors.Is(err, ErrWatchOnly) {
				t.Errorf("%s hears %v", v.Name, err)
			}
		}
		leave()
	}
	if got := h.deeds.all(); got != "shutdown 1, cut 2, trace 3" {
		t.Errorf("what was done is %q", got)
	}
	var told []string
	for _, d := range h.server.room.Deeds() {
		told = append(told, fmt.Sprint(d.Name, " ", d.What, " ", d.Session))
	}
	if want := []string{"alice shut down 1", "alice ended at once 2", `alice set main.f7 to "count" in 3`}; !slices.Equal(told, want) {
		t.Errorf("what is told is %q", told)
	}
	if log := h.log.String(); strings.Count(log, "viewer refused") != 3 || strings.Count(log, "viewer acted") != 3 {
		t.Errorf("the log is\n%s", log)
	}
}
