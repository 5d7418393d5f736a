package cli

import (
	"os"
	"path/filepath"
	"testing"
	"time"

	"goapptrace/model"
	"goapptrace/protocol"
	"goapptrace/session"
)

// The report of a lost session's process, and of no other, reaches the screen.
func TestCrashOfALostSession(t *testing.T) {
	fatal, err := makeCrashes(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(string(fatal), "17"), []byte("panic: oh\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	var y yard
	y.lookInto(leavings{crashes: fatal})
	for _, tt := range []struct {
		state protocol.State
		pid   int64
		want  protocol.Text
	}{
		{protocol.StateLost, 17, "panic: oh\n"}, {protocol.StateLost, 18, ""}, {protocol.StateClosed, 17, ""}, {protocol.StateLost, anyone, ""},
	} {
		f := openModelFeed(model.New(model.Limits{}), 1, "unix")
		f.take(y.inquire(session.Event{At: time.Now(), State: tt.state}, tt.pid))
		var got protocol.Text
		if exit := f.session.Row(time.Now()).Exit; exit != nil {
			got = exit.Crash
		}
		if got != tt.want {
			t.Errorf("process %d, %v: crash %q, want %q", tt.pid, tt.state, got, tt.want)
		}
	}
}
