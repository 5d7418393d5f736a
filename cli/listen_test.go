package cli

import (
	"bytes"
	"log/slog"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"

	"goapptrace/session"
)

// Secrets that everybody can read are warned of, and taken.
func TestSecretsForAllToRead(t *testing.T) {
	if runtime.GOOS == "windows" {
		t.Skip("modes say nothing here")
	}
	dir := t.TempDir()
	o := listenOptions{secretFile: filepath.Join(dir, "secret"), tls: session.TLSFiles{Key: filepath.Join(dir, "key")}}
	for mode, want := range map[os.FileMode]int{0o600: 0, 0o640: 0, 0o604: 1, 0o644: 1} {
		for _, path := range []string{o.secretFile, o.tls.Key} {
			if err := os.WriteFile(path, []byte("x"), 0o600); err != nil {
				t.Fatal(err)
			}
			if err := os.Chmod(path, mode); err != nil {
				t.Fatal(err)
			}
		}
		var log bytes.Buffer
		o.warn(slog.New(slog.NewTextHandler(&log, nil)))
		for _, warning := range []string{"setting=secret-file", "setting=tls-key", "chmod o-r " + o.secretFile, "chmod o-r " + o.tls.Key} {
			if n := strings.Count(log.String(), warning); n != want {
				t.Errorf("with mode %v %q is told %d times: %s", mode, warning, n, &log)
			}
		}
	}
	var log bytes.Buffer
	(&listenOptions{}).warn(slog.New(slog.NewTextHandler(&log, nil)))
	if log.Len() > 0 {
		t.Errorf("without files: %s", &log)
	}
}
