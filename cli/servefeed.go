package cli

import (
	"context"
	"fmt"
	"log/slog"
	"time"

	"goapptrace/health"
	"goapptrace/protocol"
	"goapptrace/session"
)

// servedFeed leads a session of a server to the model, and to a printer if there is one. It counts what comes, and logs how
// the session begins and what it came to.
type servedFeed struct {
	kept    modelFeed
	visit   *health.Visit
	log     *slog.Logger
	printed feed // or nil
}

func (f *servedFeed) take(ev session.Event) {
	f.kept.take(ev)
	switch {
	case ev.Hello != nil:
		f.visit.Hello(ev.Hello)
	case ev.Record != nil:
		if ev.Record.Dir == protocol.In {
			f.visit.Took(ev.Record.Packet, time.Now())
		}
	case ev.Step == nil && ev.State == protocol.StateEstablished:
		f.established()
	}
	if f.printed != nil {
		f.printed.take(ev)
	}
}

func (f *servedFeed) tick(now time.Time) time.Duration {
	if f.printed == nil {
		return 0
	}
	return f.printed.tick(now)
}

func (f *servedFeed) end(now time.Time) {
	f.kept.end(now)
	f.visit.Close()
	f.summedUp(now)
	if f.printed != nil {
		f.printed.end(now)
	}
}

func (f *servedFeed) established() {
	row := f.kept.session.Row(time.Time{})
	attrs := []any{"session", row.ID, "app", row.App, "pid", row.PID, "remote", row.Remote, "version", row.Version.String()}
	if row.Hello != nil {
		attrs = append(attrs, "host", row.Host, "go", row.Hello.GoVersion, "path", row.Hello.ExecPath)
	}
	f.log.Info("session established", attrs...)
}

// summedUp logs what came of a session, if it was one. What is missing is worth a warning.
func (f *servedFeed) summedUp(now time.Time) {
	row := f.kept.session.Row(now)
	if row.Hello == nil || row.State == protocol.StateRefused {
		return
	}
	level := slog.LevelInfo
	if row.Lost+row.MissingBatches+row.Malformed > 0 || row.Difference != 0 {
		level = slog.LevelWarn
	}
	attrs := []any{
		"session", row.ID, "app", row.App, "calls", row.Calls, "counted", row.Counted, "events", row.Events, "lost", row.Lost,
	}
	var losses []string
	for _, l := range row.Losses {
		if l.Events > 0 {
			losses = append(losses, fmt.Sprintf("%s: %d", l.Cause, l.Events))
		}
	}
	if losses != nil {
		attrs = append(attrs, "losses", losses)
	}
	for _, of := range []struct {
		name string
		n    uint64
	}{{"missing_batches", row.MissingBatches}, {"malformed", row.Malformed}, {"unexplained", uint64(max(row.Difference, -row.Difference))}} {
		if of.n > 0 {
			attrs = append(attrs, of.name, of.n)
		}
	}
	f.log.Log(context.Background(), level, "session summed up", attrs...)
}
