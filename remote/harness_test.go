package remote

import (
	"bytes"
	"context"
	"crypto/ed25519"
	"crypto/rand"
	"fmt"
	"io"
	"log/slog"
	"net"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	gossh "golang.org/x/crypto/ssh"

	"goapptrace/model"
	"goapptrace/protocol"
	"goapptrace/ui"
)

// patience bounds what a test waits for.
const patience = 20 * time.Second

// house is a server with the keys of a watcher and an operator.
type house struct {
	t        *testing.T
	server   *Server
	keys     string // the authorized_keys file
	watcher  gossh.Signer
	operator gossh.Signer
	store    *model.Store
	deeds    *deeds
	log      *logged
}

// deeds is a commander that notes what it is told.
type deeds struct {
	mu   sync.Mutex
	done []string
}

func (d *deeds) note(what string, session uint64) error {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.done = append(d.done, fmt.Sprint(what, " ", session))
	return nil
}

func (d *deeds) all() string {
	d.mu.Lock()
	defer d.mu.Unlock()
	return strings.Join(d.done, ", ")
}

func (d *deeds) Shutdown(session uint64) error { return d.note("shutdown", session) }
func (d *deeds) Cut(session uint64) error      { return d.note("cut", session) }

func (d *deeds) Trace(session uint64, _ protocol.Packet) error { return d.note("trace", session) }

// logged is a log for tests to read.
type logged struct {
	mu   sync.Mutex
	text bytes.Buffer
}

func (l *logged) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.text.Write(p)
}

func (l *logged) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.text.String()
}

// open starts a server on a free port of the loopback interface. Change may change what it is told.
func open(t *testing.T, change func(h *house, c *Config)) *house {
	t.Helper()
	dir := t.TempDir()
	h := &house{
		t: t, keys: filepath.Join(dir, "authorized_keys"), watcher: newKey(t), operator: newKey(t),
		store: model.New(model.Limits{}), deeds: new(deeds), log: new(logged),
	}
	h.authorize(line(h.watcher, "", "wanda"), line(h.operator, `role="operate"`, "alice"))
	config := Config{
		Addr: "127.0.0.1:0", HostKey: filepath.Join(dir, "state", "host_key"), AuthorizedKeys: h.keys,
		Log:    slog.New(slog.NewTextHandler(h.log, &slog.HandlerOptions{Level: slog.LevelDebug})),
		Screen: func(Viewer) ui.Config { return ui.Config{Store: h.store, Commander: h.deeds} },
	}
	if change != nil {
		change(h, &config)
	}
	var err error
	if h.server, err = Listen(t.Context(), config); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { h.shutdown() })
	return h
}

func (h *house) shutdown() {
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	if err := h.server.Shutdown(ctx); err != nil {
		h.t.Error(err)
	}
}

// authorize writes the authorized_keys file.
func (h *house) authorize(lines ...string) {
	h.t.Helper()
	text := strings.Join(lines, "\n") + "\n"
	temp := h.keys + ".new"
	if err := os.WriteFile(temp, []byte(text), 0o600); err != nil {
		h.t.Fatal(err)
	}
	if err := os.Rename(temp, h.keys); err != nil {
		h.t.Fatal(err)
	}
}

func newKey(t testing.TB) gossh.Signer {
	t.Helper()
	_, key, err := ed25519.GenerateKey(rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	signer, err := gossh.NewSignerFromKey(key)
	if err != nil {
		t.Fatal(err)
	}
	return signer
}

// line is that of a key in an authorized_keys file.
func line(key gossh.Signer, options, comment string) string {
	text := strings.TrimSpace(string(gossh.MarshalAuthorizedKey(key.PublicKey()))) + " " + comment
	if options != "" {
		text = options + " " + text
	}
	return text
}

// dial connects with keys.
func (h *house) dial(keys ...gossh.Signer) (*gossh.Client, error) {
	return gossh.Dial("tcp", h.server.Addr(), clientConfig(keys...))
}

func clientConfig(keys ...gossh.Signer) *gossh.ClientConfig {
	return &gossh.ClientConfig{
		User: "somebody", Auth: []gossh.AuthMethod{gossh.PublicKeys(keys...)},
		HostKeyCallback: gossh.InsecureIgnoreHostKey(), Timeout: patience, //nolint:gosec // the server of this test
	}
}

// must connects with keys, until the end of the test.
func (h *house) must(keys ...gossh.Signer) *gossh.Client {
	h.t.Helper()
	client, err := h.dial(keys...)
	if err != nil {
		h.t.Fatal(err)
	}
	h.t.Cleanup(func() { _ = client.Close() })
	return client
}

// terminal is a screen as its viewer has it.
type terminal struct {
	t       *testing.T
	session *gossh.Session
	input   io.WriteCloser

	mu      sync.Mutex
	output  []byte
	changed chan struct{}
	over    chan struct{} // closed when there is no more output
}

// watch opens a screen.
func (h *house) watch(client *gossh.Client, width, height int) *terminal {
	h.t.Helper()
	session, err := client.NewSession()
	if err != nil {
		h.t.Fatal(err)
	}
	w := &terminal{t: h.t, session: session, changed: make(chan struct{}, 1), over: make(chan struct{})}
	if w.input, err = session.StdinPipe(); err != nil {
		h.t.Fatal(err)
	}
	output, err := session.StdoutPipe()
	if err != nil {
		h.t.Fatal(err)
	}
	_ = session.Setenv("COLORTERM", "truecolor")
	if err := session.RequestPty("xterm-256color", height, width, gossh.TerminalModes{}); err != nil {
		h.t.Fatal(err)
	}
	if err := session.Shell(); err != nil {
		h.t.Fatal(err)
	}
	go w.read(output)
	return w
}

func (w *terminal) read(r io.Reader) {
	defer close(w.over)
	p := make([]byte, 4096)
	for {
		n, err := r.Read(p)
		w.mu.Lock()
		w.output = append(w.output, p[:n]...)
		w.mu.Unlock()
		select {
		case w.changed <- struct{}{}:
		default:
		}
		if err != nil {
			return
		}
	}
}

func (w *terminal) has(text string) bool {
	w.mu.Lock()
	defer w.mu.Unlock()
	return bytes.Contains(w.output, []byte(text))
}

// forget leaves out what was written so far.
func (w *terminal) forget() {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.output = nil
}

// waitFor waits until text was written to the terminal.
func (w *terminal) waitFor(text string) {
	w.t.Helper()
	late := time.After(patience)
	for !w.has(text) {
		select {
		case <-w.changed:
		case <-w.over:
			if !w.has(text) {
				w.t.Fatalf("the screen has closed without %q:\n%q", text, w.output)
			}
		case <-late:
			w.t.Fatalf("no %q on the screen:\n%q", text, w.output)
		}
	}
}

func (w *terminal) typeIn(text string) {
	w.t.Helper()
	if _, err := io.WriteString(w.input, text); err != nil {
		w.t.Fatal(err)
	}
}

// ends waits until the screen has closed, and returns the session's status.
func (w *terminal) ends() error {
	w.t.Helper()
	select {
	case <-w.over:
	case <-time.After(patience):
		w.t.Fatalf("the screen doesn't close")
	}
	return w.session.Wait()
}

// eventually waits until ok.
func eventually(t *testing.T, what string, ok func() bool) {
	t.Helper()
	for late := time.Now().Add(patience); !ok(); time.Sleep(5 * time.Millisecond) {
		if time.Now().After(late) {
			t.Fatalf("it doesn't come to it that %s", what)
		}
	}
}

// raw connects and says nothing.
func (h *house) raw(from string) net.Conn {
	h.t.Helper()
	d := net.Dialer{Timeout: patience, LocalAddr: &net.TCPAddr{IP: net.ParseIP(from)}}
	c, err := d.DialContext(h.t.Context(), "tcp", h.server.Addr())
	if err != nil {
		h.t.Fatal(err)
	}
	h.t.Cleanup(func() { _ = c.Close() })
	return c
}
