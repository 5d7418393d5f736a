package cli

import (
	"path/filepath"
	"strings"
	"testing"
)

func TestRemoteOptions(t *testing.T) {
	for _, tt := range []struct {
		options remoteOptions
		want    string
	}{
		{remoteOptions{}, ""},
		{remoteOptions{addr: "127.0.0.1:0", authorizedKeys: "keys"}, ""},
		{remoteOptions{addr: "127.0.0.1:0"}, "--authorized-keys"},
		{remoteOptions{authorizedKeys: "keys"}, "are for --ssh"},
		{remoteOptions{hostKey: "key"}, "are for --ssh"},
	} {
		err := tt.options.check()
		if (err == nil) != (tt.want == "") || err != nil && !strings.Contains(err.Error(), tt.want) {
			t.Errorf("%+v: %v", tt.options, err)
		}
	}
	o := remoteOptions{addr: "127.0.0.1:0", authorizedKeys: "keys"}
	if o.besideScreen(true) != nil || o.besideScreen(false) == nil {
		t.Error("viewers don't see what is on a screen, or see what isn't")
	}
}

func TestStateDir(t *testing.T) {
	home := t.TempDir()
	t.Setenv("HOME", home)
	for state, want := range map[string]string{
		"":         filepath.Join(home, ".local", "state", "goapptrace"),
		"relative": filepath.Join(home, ".local", "state", "goapptrace"),
		home:       filepath.Join(home, "goapptrace"),
	} {
		t.Setenv("XDG_STATE_HOME", state)
		if got, err := stateDir(); err != nil || got != want {
			t.Errorf("with %q it is %q, %v", state, got, err)
		}
	}
}
