//go:build unix

package remote

import (
	"context"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
)

// keysAt writes a file of keys.
func keysAt(t *testing.T, path string) {
	t.Helper()
	if err := os.WriteFile(path, []byte(line(newKey(t), "", "x")), 0o600); err != nil {
		t.Fatal(err)
	}
}

func directory(t *testing.T, mode os.FileMode) string {
	t.Helper()
	dir := t.TempDir()
	if err := os.Chmod(dir, mode); err != nil {
		t.Fatal(err)
	}
	return dir
}

// A file is no better than the directory in which another one can take its place.
func TestDirectoriesOfKeys(t *testing.T) {
	for _, tt := range []struct {
		mode os.FileMode
		want string // in the error, empty for none
	}{
		{0o755, ""}, {0o775, ""}, {0o777 | os.ModeSticky, ""}, {0o777, "chmod o-w"}, {0o702, "chmod o-w"},
	} {
		dir := directory(t, tt.mode)
		check := func(what string, err error) {
			t.Helper()
			if tt.want == "" && err != nil || tt.want != "" && (err == nil || !strings.Contains(err.Error(), tt.want+" "+dir)) {
				t.Errorf("%s in a directory with mode %v: %v", what, tt.mode, err)
			}
		}
		keys, away, link := filepath.Join(dir, "keys"), filepath.Join(t.TempDir(), "away"), filepath.Join(dir, "link")
		keysAt(t, keys)
		_, err := openKeys(keys, slog.New(slog.DiscardHandler))
		check("keys", err)
		if err := os.Symlink(keys, away); err != nil {
			t.Fatal(err)
		}
		_, err = openKeys(away, slog.New(slog.DiscardHandler))
		check("keys that a link leads to", err)
		elsewhere := filepath.Join(t.TempDir(), "keys")
		keysAt(t, elsewhere)
		if err := os.Symlink(elsewhere, link); err != nil {
			t.Fatal(err)
		}
		_, err = openKeys(link, slog.New(slog.DiscardHandler))
		check("a link to keys", err)

		_, _, err = hostKey(filepath.Join(dir, "new"))
		check("a new host key", err)
		if _, left := os.Stat(filepath.Join(dir, "new")); (left == nil) != (tt.want == "") {
			t.Errorf("with mode %v there is a new host key: %v", tt.mode, left)
		}
		private := directory(t, 0o700)
		if _, _, err := hostKey(filepath.Join(private, "key")); err != nil {
			t.Fatal(err)
		}
		if err := os.Chmod(private, tt.mode); err != nil {
			t.Fatal(err)
		}
		dir = private
		_, _, err = hostKey(filepath.Join(private, "key"))
		check("an old host key", err)
	}
}

// Another user's file, and one in another user's directory, say nothing.
func TestKeysOfAnotherUser(t *testing.T) {
	if os.Geteuid() != 0 {
		t.Skip("files are given away by root alone")
	}
	const stranger = 4711
	for _, name := range []string{"key", ""} {
		dir := t.TempDir()
		path := filepath.Join(dir, "key")
		keysAt(t, path)
		if _, err := openKeys(path, slog.New(slog.DiscardHandler)); err != nil {
			t.Fatal(err)
		}
		given := filepath.Join(dir, name)
		if err := os.Chown(given, stranger, -1); err != nil {
			t.Fatal(err)
		}
		_, err := openKeys(path, slog.New(slog.DiscardHandler))
		_, _, hostErr := hostKey(path)
		for _, err := range []error{err, hostErr} {
			if err == nil || !strings.Contains(err.Error(), "belongs to another user (4711)") || !strings.Contains(err.Error(), "chown 0 "+given) {
				t.Errorf("%s is another user's: %v", given, err)
			}
		}
	}
}

// A pipe is nothing to wait at, neither at the start nor later.
func TestPipesInPlaceOfKeys(t *testing.T) {
	h := open(t, nil)
	pipe := filepath.Join(t.TempDir(), "pipe")
	if err := syscall.Mkfifo(pipe, 0o600); err != nil {
		t.Fatal(err)
	}
	_, err := openKeys(pipe, slog.New(slog.DiscardHandler))
	_, _, hostErr := hostKey(pipe)
	for _, err := range []error{err, hostErr} {
		if err == nil || !strings.Contains(err.Error(), "not a regular file") {
			t.Errorf("a pipe is opened: %v", err)
		}
	}
	if err := os.Rename(pipe, h.keys); err != nil {
		t.Fatal(err)
	}
	if client, err := h.dial(h.watcher); err == nil {
		_ = client.Close()
		t.Error("somebody is let in by a pipe")
	}
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	defer cancel()
	if err := h.server.Shutdown(ctx); err != nil {
		t.Error(err)
	}
}
