package remote

import (
	"errors"
	"log/slog"
	"net/netip"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	gossh "golang.org/x/crypto/ssh"
)

func TestTheHostKeyIsMadeOnce(t *testing.T) {
	path := filepath.Join(t.TempDir(), "state", "goapptrace", "key")
	fingerprints := make([]string, 8)
	var all sync.WaitGroup
	for i := range fingerprints {
		all.Go(func() {
			key, fingerprint, err := hostKey(path)
			if err != nil {
				t.Error(err)
				return
			}
			if signer, err := gossh.ParsePrivateKey(key); err != nil || signer.PublicKey().Type() != gossh.KeyAlgoED25519 {
				t.Errorf("the key is %v, %v", signer, err)
			}
			fingerprints[i] = fingerprint
		})
	}
	all.Wait()
	for _, f := range fingerprints {
		if f != fingerprints[0] || !strings.HasPrefix(f, "SHA256:") {
			t.Errorf("the keys are %q", fingerprints)
		}
	}
	for name, want := range map[string]os.FileMode{path: 0o600, filepath.Dir(path): 0o700 | os.ModeDir} {
		if info, err := os.Stat(name); err != nil || info.Mode() != want {
			t.Errorf("%s has mode %v, %v", name, info.Mode(), err)
		}
	}
	if left, err := os.ReadDir(filepath.Dir(path)); err != nil || len(left) != 1 {
		t.Errorf("there is left %v, %v", left, err)
	}
}

func TestHostKeysThatCantBeUsed(t *testing.T) {
	good := filepath.Join(t.TempDir(), "good")
	if _, _, err := hostKey(good); err != nil {
		t.Fatal(err)
	}
	key, err := os.ReadFile(good)
	if err != nil {
		t.Fatal(err)
	}
	for _, tt := range []struct {
		name string
		text []byte
		mode os.FileMode
		want string
	}{
		{"others may read it", key, 0o640, "chmod 600"},
		{"no key", []byte("hello"), 0o600, "remove the file"},
		{"nothing", nil, 0o600, "remove the file"},
		{"half a key", key[:len(key)/2], 0o600, "remove the file"},
		{"very large", make([]byte, maxKeyFile+1), 0o600, "no file with keys"},
	} {
		path := filepath.Join(t.TempDir(), "key")
		if err := os.WriteFile(path, tt.text, tt.mode); err != nil {
			t.Fatal(err)
		}
		if _, _, err := hostKey(path); err == nil || !strings.Contains(err.Error(), tt.want) || strings.Contains(err.Error(), "PRIVATE") {
			t.Errorf("%s: %v", tt.name, err)
		}
	}
	if _, _, err := hostKey(t.TempDir()); err == nil {
		t.Error("a directory is taken for a key")
	}
}

func TestFilesOfKeysThatCantBeUsed(t *testing.T) {
	key := newKey(t)
	for _, tt := range []struct {
		name, text string
		mode       os.FileMode
		want       string
	}{
		{"others may write it", line(key, "", "x"), 0o622, "chmod go-w"},
		{"its group may write it", line(key, "", "x"), 0o660, "chmod go-w"},
		{"nobody is in it", "# nobody\n", 0o600, "no key that lets anybody in"},
		{"only bad lines", line(key, "nonsense", "x"), 0o600, "no key that lets anybody in"},
		{"very large", strings.Repeat("#\n", maxKeyFile), 0o600, "no file with keys"},
	} {
		path := filepath.Join(t.TempDir(), "keys")
		if err := os.WriteFile(path, []byte(tt.text), tt.mode); err != nil {
			t.Fatal(err)
		}
		if err := os.Chmod(path, tt.mode); err != nil {
			t.Fatal(err)
		}
		if _, err := openKeys(path, slog.New(slog.DiscardHandler)); err == nil || !strings.Contains(err.Error(), tt.want) {
			t.Errorf("%s: %v", tt.name, err)
		}
	}
	if _, err := openKeys(filepath.Join(t.TempDir(), "none"), slog.New(slog.DiscardHandler)); err == nil {
		t.Error("a file that isn't there is taken for one")
	}
}

// A file that is written twice within the resolution of its time is read twice.
func TestAFileOfKeysIsReadWhenItChanges(t *testing.T) {
	alice, bob := newKey(t), newKey(t)
	path := filepath.Join(t.TempDir(), "keys")
	same := time.Now().Truncate(time.Second)
	write := func(text string) {
		t.Helper()
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		if err := os.Chtimes(path, same, same); err != nil {
			t.Fatal(err)
		}
	}
	log := new(logged)
	write(line(alice, "", "a") + "\n" + line(alice, "nonsense", "a"))
	keys, err := openKeys(path, slog.New(slog.NewTextHandler(log, nil)))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := keys.find(bob.PublicKey(), netip.Addr{}, time.Now()); !errors.Is(err, errUnknownKey) {
		t.Errorf("bob comes to %v", err)
	}
	write(line(bob, "", "b") + "\n" + line(bob, "nonsense", "b"))
	if _, err := keys.find(bob.PublicKey(), netip.Addr{}, time.Now()); err != nil {
		t.Errorf("bob comes to %v", err)
	}
	if _, err := keys.find(alice.PublicKey(), netip.Addr{}, time.Now()); !errors.Is(err, errUnknownKey) {
		t.Errorf("alice comes to %v", err)
	}
	if n := strings.Count(log.String(), "lets nobody in"); n != 1 {
		t.Errorf("bad lines are logged %d times:\n%s", n, log)
	}
	if err := os.Remove(path); err != nil {
		t.Fatal(err)
	}
	if _, err := keys.find(bob.PublicKey(), netip.Addr{}, time.Now()); err == nil {
		t.Error("bob is let in by a file that is gone")
	}
}

// Who listens on all IPv4 addresses is not reached by IPv6.
func TestAnIPv4AddressIsNoOther(t *testing.T) {
	h := open(t, func(_ *house, c *Config) { c.Addr = "0.0.0.0:0" })
	if !strings.HasPrefix(h.server.Addr(), "0.0.0.0:") {
		t.Errorf("listens on %s", h.server.Addr())
	}
}
