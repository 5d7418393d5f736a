package commands_test

import (
	"context"
	"errors"
	"io"
	"net"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"golang.org/x/crypto/ssh"

	"goapptrace/attach"
	"goapptrace/commands"
	"goapptrace/model"
	"goapptrace/protocol"
	"goapptrace/remote"
)

var errNothing = errors.New("there is nothing")

// attached has what screens that are attached do: each command that makes sense there, as they do it.
var attached = map[string]struct {
	do       func(c *attach.Client) error
	operates bool
}{
	"sessions": {do: func(c *attach.Client) error {
		if len(c.Sessions(time.Now())) != 1 {
			return errNothing
		}
		return nil
	}},
	"calls": {do: func(c *attach.Client) error {
		if len(c.Session(1).Await().Calls(model.CallQuery{Before: 3}).Rows) != 3 {
			return errNothing
		}
		return nil
	}},
	"functions": {do: func(c *attach.Client) error {
		if len(c.Session(1).Await().Functions(model.FuncQuery{Limit: 3}).Rows) != 3 {
			return errNothing
		}
		return nil
	}},
	"goroutines": {do: func(c *attach.Client) error {
		if len(c.Session(1).Await().Goroutines(model.GoroutineQuery{Limit: 3}).Rows) != 3 {
			return errNothing
		}
		return nil
	}},
	"shutdown": {operates: true, do: func(c *attach.Client) error { return c.Config().Commander.Shutdown(1) }},
	"cut":      {operates: true, do: func(c *attach.Client) error { return c.Config().Commander.Cut(1) }},
	"trace": {operates: true, do: func(c *attach.Client) error {
		return c.Config().Commander.Trace(1, &protocol.StopTraceCmdPacket{ID: 7, Pattern: "main.*"})
	}},
}

// Attached screens do, over SSH and at the socket of this machine, what the role allows.
func TestAttachMatrix(t *testing.T) {
	for _, name := range commands.Names() {
		if _, ok := attached[name]; !ok && !slices.Contains([]string{"help", "version", "viewers"}, name) {
			t.Errorf("what does %s do for screens that are attached?", name)
		}
	}
	for person, of := range who {
		t.Run(person, func(t *testing.T) {
			h := open(t)
			client, err := attach.Open(t.Context(), h.overSSH(of.keys(h)...), attach.Options{Version: "1.2"})
			if !of.comes {
				if err == nil {
					client.Close()
					t.Fatal("is let in")
				}
				return
			}
			if err != nil {
				t.Fatal(err)
			}
			defer client.Close()
			h.judgeAttached(t, client, of.operates)
		})
	}
	t.Run("at the socket", func(t *testing.T) {
		h := open(t)
		path := filepath.Join(t.TempDir(), "view.sock")
		listener, err := attach.Listen(path, func() (attach.Source, func()) {
			self, leave := h.room.Enter(remote.Viewer{Role: remote.RoleOperate, Kind: remote.KindAttach})
			return h.source(self), leave
		}, nil)
		if err != nil {
			t.Fatal(err)
		}
		defer func() { _ = listener.Close() }()
		client, err := attach.Open(t.Context(), func(ctx context.Context) (io.ReadWriteCloser, error) {
			return new(net.Dialer).DialContext(ctx, "unix", path)
		}, attach.Options{Version: "1.2"})
		if err != nil {
			t.Fatal(err)
		}
		defer client.Close()
		h.judgeAttached(t, client, true)
	})
}

// judgeAttached has a screen do everything.
func (h *house) judgeAttached(t *testing.T, client *attach.Client, may bool) {
	t.Helper()
	for name, command := range attached {
		t.Run(name, func(t *testing.T) {
			h.deeds.forget()
			err := command.do(client)
			done := h.deeds.all()
			switch {
			case command.operates && !may:
				if err == nil || !strings.Contains(err.Error(), "may only watch") || len(done) > 0 {
					t.Errorf("%q done: %v", done, err)
				}
			case command.operates:
				if err != nil || !slices.Equal(done, []string{name}) {
					t.Errorf("%q done: %v", done, err)
				}
			case err != nil || len(done) > 0:
				t.Errorf("%q done: %v", done, err)
			}
		})
	}
}

// overSSH connects as an SSH client's subsystem does.
func (h *house) overSSH(keys ...ssh.Signer) attach.Dial {
	return func(context.Context) (io.ReadWriteCloser, error) {
		client, err := h.dial(keys...)
		if err != nil {
			return nil, err
		}
		s, err := client.NewSession()
		if err != nil {
			return nil, errors.Join(err, client.Close())
		}
		in, err := s.StdinPipe()
		if err != nil {
			return nil, errors.Join(err, client.Close())
		}
		out, err := s.StdoutPipe()
		if err != nil {
			return nil, errors.Join(err, client.Close())
		}
		if err := s.RequestSubsystem(attach.Subsystem); err != nil {
			return nil, errors.Join(err, client.Close())
		}
		return subsystem{out, in, client}, nil
	}
}

// subsystem is a connection within one of SSH.
type subsystem struct {
	io.Reader
	io.Writer
	client *ssh.Client
}

// Close implements [io.Closer].
func (s subsystem) Close() error { return s.client.Close() }
