package cli

import (
	"slices"
	"testing"
	"time"

	"goapptrace/remote"
	"goapptrace/session"
)

func TestLimitsFlag(t *testing.T) {
	var f limitsFlag
	for _, text := range []string{"sessions=500", "frame=8MiB", "handshake=1m30s", "penalty=-1s", "ssh-viewers=7"} {
		if err := f.Set(text); err != nil {
			t.Errorf("%s: %v", text, err)
		}
	}
	want := session.Limits{Sessions: 500, Frame: 8 << 20, Handshake: 90 * time.Second, Penalty: -time.Second}
	if f.programs != want || f.viewers != (remote.Limits{Viewers: 7}) {
		t.Errorf("limits %+v and %+v", f.programs, f.viewers)
	}
	if err := f.Replace([]string{"sessions=3"}); err != nil || f.programs != (session.Limits{Sessions: 3}) || !slices.Equal(f.GetSlice(), []string{"sessions=3"}) {
		t.Errorf("replaced: %+v, %v", f.programs, err)
	}
	for _, text := range []string{"", "sessions", "nothing=1", "sessions=", "sessions=0", "sessions=-1", "sessions=1.5", "sessions=9GiB", "idle=10", "idle=0s", "idle=x", "idle=1s", "handshake=-1s", "ssh-stall=-1s"} {
		if err := f.Set(text); err == nil {
			t.Errorf("%q is accepted", text)
		}
	}
	if f.programs != (session.Limits{Sessions: 3}) || f.viewers != (remote.Limits{}) {
		t.Errorf("mistakes have changed limits to %+v and %+v", f.programs, f.viewers)
	}
}
