package cli

import (
	"testing"
	"time"

	"goapptrace/model"
)

func outputOf(s *model.Session) string {
	text := ""
	for _, line := range s.Lines(model.OutputQuery{Before: 100}).Rows {
		text += line.Stream + ":" + string(line.Text) + "\n"
	}
	return text
}

// The program can print before its session begins, and connect before we know its process ID.
func TestConsoleKeepsEarlyOutput(t *testing.T) {
	store := model.New(model.Limits{})
	c := &console{store: store}
	s, child := store.Open(1, time.Now(), ""), store.Open(2, time.Now(), "")
	_, _ = c.stream("stdout").Write([]byte("early\n"))
	c.connected(77, s)
	c.connected(78, child)
	c.starts(77)
	_, _ = c.stream("stderr").Write([]byte("late\n"))
	c.exited(model.Exit{Status: 3})
	if got, want := outputOf(s), "stdout:early\nstderr:late\n"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
	if got := s.Row(time.Now()).Exit; got == nil || got.Status != 3 {
		t.Errorf("exit %v, want status 3", got)
	}
	if got := outputOf(child); got != "" {
		t.Errorf("another process got %q", got)
	}
}

func TestConsoleShowsAProgramThatNeverConnects(t *testing.T) {
	store := model.New(model.Limits{})
	c := &console{store: store}
	c.starts(77)
	_, _ = c.stream("stderr").Write([]byte("cannot start\n"))
	c.exited(model.Exit{Status: 1})
	rows := store.Sessions(time.Now())
	if len(rows) != 1 || rows[0].Exit == nil || rows[0].Exit.Status != 1 {
		t.Fatalf("sessions %+v, want one that exited 1", rows)
	}
	if got, want := outputOf(store.Session(rows[0].ID)), "stderr:cannot start\n"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
}
