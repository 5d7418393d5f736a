package cli

import (
	"bytes"
	"errors"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/spf13/pflag"

	"goapptrace/session"
)

// What makes no sense in a server's file of settings is told with its line.
func TestMistakesInServersSettings(t *testing.T) {
	for _, text := range []string{
		`ssh = "22x"`, `ssh = ":99999"`, `ssh = 22`, `metrics = "0.0.0.0:1"`, `limit = ["idle=1s"]`, `limit = ["ssh-idle=-1s"]`, `log-level = "loud"`,
	} {
		file := filepath.Join(t.TempDir(), "config.toml")
		if err := os.WriteFile(file, []byte("[serve]\n"+text+"\n"), 0o600); err != nil {
			t.Fatal(err)
		}
		var o serveOptions
		flags := pflag.NewFlagSet("serve", pflag.ContinueOnError)
		o.register(flags)
		if err := flags.Parse([]string{"--config", file}); err != nil {
			t.Fatal(err)
		}
		err := o.settle(flags)
		if statusOf(err) != statusUsage || !strings.HasPrefix(err.Error(), file+":2:") {
			t.Errorf("%s: %v", text, err)
		}
		name, value, _ := strings.Cut(text, " = ")
		if err := flags.Parse([]string{"--" + name, strings.Trim(value, `["]`)}); err == nil {
			t.Errorf("%s is accepted as a flag", text)
		}
	}
}

// Files of keys that are no good are known before programs can connect.
func TestMistakesBeforeListening(t *testing.T) {
	var log bytes.Buffer
	dir := t.TempDir()
	config := session.Config{Listen: []string{"unix://" + filepath.Join(dir, "s")}, Log: slog.New(slog.NewTextHandler(&log, nil))}
	o := serveOptions{view: viewOptions{memory: defaultMemory}}
	o.view.remote = remoteOptions{addr: "127.0.0.1:0", authorizedKeys: filepath.Join(dir, "none"), hostKey: filepath.Join(dir, "host"), socket: noSocket}
	if _, err := newServed(config, &o, nil); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("without keys: %v", err)
	}
	if log.Len() > 0 {
		t.Errorf("logged %s", &log)
	}
}
