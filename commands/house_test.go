package commands_test

import (
	"context"
	"crypto/ed25519"
	"crypto/rand"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"golang.org/x/crypto/ssh"

	"goapptrace/attach"
	"goapptrace/commands"
	"goapptrace/internal/recording"
	"goapptrace/model"
	"goapptrace/protocol"
	"goapptrace/remote"
	"goapptrace/ui"
)

// patience bounds what a test waits for.
const patience = 20 * time.Second

// house is a server with a recorded program, and the keys of those who may come or not.
type house struct {
	server  *remote.Server
	store   *model.Store
	room    *remote.Room
	deeds   *deeds
	running atomic.Int32 // commands

	watcher, operator, stranger, expired, elsewhere, misspelt ssh.Signer
}

// open starts a server on a free port of the loopback interface.
func open(t *testing.T) *house {
	t.Helper()
	rec, err := recording.Shop()
	if err != nil {
		t.Fatal(err)
	}
	store := model.New(model.Limits{})
	session, err := rec.Play(store, 1, time.Second)
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	h := &house{
		store: store, room: remote.NewRoom(nil), deeds: &deeds{session: session}, watcher: newKey(t), operator: newKey(t),
		stranger: newKey(t), expired: newKey(t), elsewhere: newKey(t), misspelt: newKey(t),
	}
	keys := filepath.Join(dir, "authorized_keys")
	lines := []string{
		line("", h.watcher, "wanda"), line(`role="operate"`, h.operator, "alice"),
		line(`role="operate",expiry-time="20200101"`, h.expired, "eve"), line(`role="operate",from="192.0.2.1"`, h.elsewhere, "frank"),
		line(`role="operator"`, h.misspelt, "mallory"),
	}
	if err := os.WriteFile(keys, []byte(strings.Join(lines, "\n")+"\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	h.server, err = remote.Listen(t.Context(), remote.Config{
		Addr: "127.0.0.1:0", HostKey: filepath.Join(dir, "host_key"), AuthorizedKeys: keys, Room: h.room,
		Screen: func(v remote.Viewer) ui.Config {
			return ui.Config{Store: store, Commander: remote.Commander(v, h.deeds)}
		},
		Command: func(ctx context.Context, v remote.Viewer, args []string, _ io.Reader, stdout, stderr io.Writer) int {
			h.running.Add(1)
			defer h.running.Add(-1)
			return commands.Run(ctx, commands.Config{
				Store: store, Commander: remote.Commander(v, h.deeds), Company: h.room, Self: v.ID, Version: "1.2",
			}, args, stdout, stderr)
		},
		Attach: func(ctx context.Context, v remote.Viewer, conn io.ReadWriteCloser) error {
			return attach.Serve(ctx, h.source(v), conn)
		},
	})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		ctx, cancel := context.WithTimeout(context.Background(), patience)
		defer cancel()
		if err := h.server.Shutdown(ctx); err != nil {
			t.Error(err)
		}
	})
	return h
}

// source is what a viewer sees who draws the screen himself.
func (h *house) source(v remote.Viewer) attach.Source {
	return attach.Source{Store: h.store, Identity: "house", Version: "1.2", Commander: remote.Commander(v, h.deeds)}
}

func newKey(t *testing.T) ssh.Signer {
	t.Helper()
	_, key, err := ed25519.GenerateKey(rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	signer, err := ssh.NewSignerFromKey(key)
	if err != nil {
		t.Fatal(err)
	}
	return signer
}

// line is that of a key in an authorized_keys file.
func line(options string, key ssh.Signer, comment string) string {
	return strings.TrimSpace(options + " " + strings.TrimSpace(string(ssh.MarshalAuthorizedKey(key.PublicKey()))) + " " + comment)
}

// dial connects with keys.
func (h *house) dial(keys ...ssh.Signer) (*ssh.Client, error) {
	return ssh.Dial("tcp", h.server.Addr(), &ssh.ClientConfig{
		User: "operator", Auth: []ssh.AuthMethod{ssh.PublicKeys(keys...)},
		HostKeyCallback: ssh.InsecureIgnoreHostKey(), Timeout: patience, //nolint:gosec // the server of this test
	})
}

// deeds is a way back to a program that notes what comes by, and answers.
type deeds struct {
	session *model.Session

	mu   sync.Mutex
	done []string
}

func (d *deeds) note(what string) error {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.done = append(d.done, what)
	return nil
}

func (d *deeds) all() []string {
	d.mu.Lock()
	defer d.mu.Unlock()
	return slices.Clone(d.done)
}

func (d *deeds) forget() {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.done = nil
}

// Shutdown implements [ui.Commander].
func (d *deeds) Shutdown(uint64) error { return d.note("shutdown") }

// Cut implements [ui.Commander].
func (d *deeds) Cut(uint64) error { return d.note("cut") }

// Trace implements [ui.Commander].
func (d *deeds) Trace(_ uint64, cmd protocol.Packet) error {
	ack := new(protocol.AckPacket)
	switch cmd := cmd.(type) {
	case *protocol.StartTraceCmdPacket:
		ack.ID = cmd.ID
	case *protocol.StopTraceCmdPacket:
		ack.ID = cmd.ID
	}
	d.session.Packet(protocol.Record{At: time.Now(), Packet: ack, Raw: []byte{1}})
	return d.note("trace")
}
