package commands_test

import (
	"context"
	"errors"
	"io"
	"slices"
	"strings"
	"testing"
	"time"

	"golang.org/x/crypto/ssh"

	"goapptrace/commands"
)

// matrix has all commands: how each is given, and whether it takes the role operate.
var matrix = map[string]struct {
	line     string
	operates bool
}{
	"calls":      {line: "calls --last 3"},
	"functions":  {line: "functions --top 3"},
	"goroutines": {line: "goroutines"},
	"help":       {line: "help calls"},
	"sessions":   {line: "sessions --json"},
	"shutdown":   {line: "shutdown 1", operates: true},
	"trace":      {line: "trace 1 off 'main.*'", operates: true},
	"version":    {line: "version"},
	"viewers":    {line: "viewers"},
}

// who are those that come: with which keys, and what they may do. Nobody may come without a key.
var who = map[string]struct {
	keys     func(h *house) []ssh.Signer
	comes    bool
	operates bool
}{
	"watcher":             {keys: func(h *house) []ssh.Signer { return []ssh.Signer{h.watcher} }, comes: true},
	"operator":            {keys: func(h *house) []ssh.Signer { return []ssh.Signer{h.operator} }, comes: true, operates: true},
	"stranger":            {keys: func(h *house) []ssh.Signer { return []ssh.Signer{h.stranger} }},
	"nobody":              {keys: func(*house) []ssh.Signer { return nil }},
	"one who is expired":  {keys: func(h *house) []ssh.Signer { return []ssh.Signer{h.expired} }},
	"one from elsewhere":  {keys: func(h *house) []ssh.Signer { return []ssh.Signer{h.elsewhere} }},
	"one whose line lies": {keys: func(h *house) []ssh.Signer { return []ssh.Signer{h.misspelt} }},

	// The operator's public key is known to everybody: to offer it, and to hear that it would be let in, proves nothing.
	"watcher who offers the operator's key": {
		keys:  func(h *house) []ssh.Signer { return []ssh.Signer{offered{h.operator}, h.watcher} },
		comes: true,
	},
	"watcher who offers it several times": {
		keys: func(h *house) []ssh.Signer {
			return []ssh.Signer{offered{h.operator}, h.stranger, offered{h.operator}, h.watcher}
		},
		comes: true,
	},
	"stranger who offers the operator's key": {
		keys: func(h *house) []ssh.Signer { return []ssh.Signer{offered{h.operator}, h.stranger} },
	},
	"operator who offers the watcher's key": {
		keys:  func(h *house) []ssh.Signer { return []ssh.Signer{offered{h.watcher}, h.operator} },
		comes: true, operates: true,
	},
	"watcher who signs for the operator": {
		keys: func(h *house) []ssh.Signer { return []ssh.Signer{forged{h.operator, h.watcher}, h.watcher} },
	},
	"stranger who signs for the operator": {
		keys: func(h *house) []ssh.Signer { return []ssh.Signer{forged{h.operator, h.stranger}} },
	},
}

// transports are the ways to a server. Each gives a command line on a connection, and returns its exit status and what came of it.
var transports = map[string]func(t *testing.T, h *house, c *ssh.Client, line string) (status int, output string){
	"exec": func(t *testing.T, _ *house, c *ssh.Client, line string) (int, string) {
		return execute(t, c, line, false)
	},
	"exec, goapptrace first": func(t *testing.T, _ *house, c *ssh.Client, line string) (int, string) {
		return execute(t, c, "goapptrace "+line, false)
	},
	"exec in a terminal": func(t *testing.T, _ *house, c *ssh.Client, line string) (int, string) {
		return execute(t, c, line, true)
	},
}

// Every command, by every way, does for everybody what his key's role allows, and nothing else.
func TestMatrix(t *testing.T) {
	var names []string
	for name := range matrix {
		names = append(names, name)
	}
	slices.Sort(names)
	if all := commands.Names(); !slices.Equal(names, all) {
		t.Fatalf("the commands are %q, the matrix has %q: say there who may run what is new", all, names)
	}
	for person, of := range who {
		t.Run(person, func(t *testing.T) {
			h := open(t)
			client, err := h.dial(of.keys(h)...)
			if !of.comes {
				if err == nil {
					_ = client.Close()
					t.Fatal("is let in")
				}
				return
			}
			if err != nil {
				t.Fatal(err)
			}
			defer func() { _ = client.Close() }()
			for way, give := range transports {
				for name, command := range matrix {
					t.Run(way+"/"+name, func(t *testing.T) {
						h.deeds.forget()
						status, output := give(t, h, client, command.line)
						h.judge(t, name, command.operates, of.operates, status, output)
					})
				}
			}
		})
	}
}

// judge checks what came of a command.
func (h *house) judge(t *testing.T, name string, operates, may bool, status int, output string) {
	t.Helper()
	done := h.deeds.all()
	switch {
	case operates && !may:
		if status != commands.StatusRefused || !strings.Contains(output, "may only watch") || len(done) > 0 {
			t.Errorf("status %d, %q done: %s", status, done, output)
		}
	case operates:
		if status != commands.StatusDone || !slices.Equal(done, []string{name}) {
			t.Errorf("status %d, %q done: %s", status, done, output)
		}
	default:
		if status != commands.StatusDone || output == "" || len(done) > 0 {
			t.Errorf("status %d, %q done: %s", status, done, output)
		}
	}
}

// What somebody did is known to all, with his name; what he was refused is not, but it is logged.
func TestDeedsAreKnown(t *testing.T) {
	h := open(t)
	for _, key := range []ssh.Signer{h.operator, h.watcher} {
		client, err := h.dial(key)
		if err != nil {
			t.Fatal(err)
		}
		execute(t, client, "shutdown 1", false)
		_ = client.Close()
	}
	client, err := h.dial(h.watcher)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = client.Close() }()
	_, output := execute(t, client, "viewers", false)
	if n := strings.Count(output, "shut down"); n != 1 || !strings.Contains(output, "alice (viewer 1) shut down session 1") {
		t.Errorf("%d deeds: %s", n, output)
	}
	if !strings.Contains(output, "wanda") || !strings.Contains(output, "(you)") {
		t.Errorf("who asks isn't there: %s", output)
	}
}

// following is a list that goes on for ever, of which a little was read.
func (h *house) following(t *testing.T) (client *ssh.Client, out io.Reader) {
	t.Helper()
	client, err := h.dial(h.watcher)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = client.Close() })
	s, err := client.NewSession()
	if err != nil {
		t.Fatal(err)
	}
	if out, err = s.StdoutPipe(); err != nil {
		t.Fatal(err)
	}
	if err := s.Start("calls --json --follow"); err != nil {
		t.Fatal(err)
	}
	if _, err := io.ReadFull(out, make([]byte, 10)); err != nil {
		t.Fatal(err)
	}
	return client, out
}

// A command whose viewer goes away ends, also while it waits for him to read.
func TestEndsWithItsViewer(t *testing.T) {
	h := open(t)
	client, _ := h.following(t)
	_ = client.Close()
	for late := time.Now().Add(patience); len(h.server.Viewers()) > 0 || h.running.Load() > 0; time.Sleep(5 * time.Millisecond) {
		if time.Now().After(late) {
			t.Fatalf("%d viewers are still there, %d commands run", len(h.server.Viewers()), h.running.Load())
		}
	}
}

// A list that a server doesn't finish, because it ends, ends with a whole line.
func TestEndsWithItsServer(t *testing.T) {
	h := open(t)
	_, out := h.following(t)
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	defer cancel()
	if err := h.server.Shutdown(ctx); err != nil {
		t.Fatal(err)
	}
	rest, err := io.ReadAll(out)
	if text := string(rest); err != nil || !strings.HasSuffix(text, "}\n") {
		t.Errorf("ends with %q, %v", text[strings.LastIndexByte(text, '\n')+1:], err)
	}
}

// execute gives a command line, in a terminal or without one.
func execute(t *testing.T, c *ssh.Client, line string, terminal bool) (status int, output string) {
	t.Helper()
	s, err := c.NewSession()
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = s.Close() }()
	if terminal {
		if err := s.RequestPty("xterm-256color", 24, 80, nil); err != nil {
			t.Fatal(err)
		}
	}
	both, err := s.CombinedOutput(line)
	var exit *ssh.ExitError
	switch {
	case err == nil:
	case errors.As(err, &exit):
		status = exit.ExitStatus()
	default:
		t.Fatal(err)
	}
	return status, string(both)
}

// offered asks whether a key would be let in, and doesn't prove to have it.
type offered struct{ ssh.Signer }

// PublicKey implements [ssh.Signer].
func (o offered) PublicKey() ssh.PublicKey { return &fickle{PublicKey: o.Signer.PublicKey()} }

// fickle is another key each other time that it is asked for: an SSH client that offers it doesn't know it again in the answer,
// and goes on to the next key.
type fickle struct {
	ssh.PublicKey
	asked int
}

// Marshal implements [ssh.PublicKey].
func (f *fickle) Marshal() []byte {
	f.asked++
	if f.asked%2 == 0 {
		return nil
	}
	return f.PublicKey.Marshal()
}

// forged offers a key, and signs with another one.
type forged struct{ key, own ssh.Signer }

// PublicKey implements [ssh.Signer].
func (f forged) PublicKey() ssh.PublicKey { return f.key.PublicKey() }

// Sign implements [ssh.Signer].
func (f forged) Sign(rand io.Reader, data []byte) (*ssh.Signature, error) {
	return f.own.Sign(rand, data)
}
