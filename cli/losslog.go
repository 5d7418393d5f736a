package cli

import (
	"context"
	"log/slog"
	"time"

	"goapptrace/model"
	"goapptrace/protocol"
)

// lossInterval is how often losses are logged.
const lossInterval = time.Minute

// lossLog logs what sessions have lost while they last: some do for weeks.
type lossLog struct {
	store *model.Store
	log   *slog.Logger
	told  map[uint64]uint64 // events, by session
}

// run looks every now and then, until ctx ends.
func (l *lossLog) run(ctx context.Context) {
	again := time.NewTicker(lossInterval)
	defer again.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case now := <-again.C:
			l.look(now)
		}
	}
}

func (l *lossLog) look(now time.Time) {
	told := map[uint64]uint64{}
	for _, row := range l.store.Sessions(now) {
		told[row.ID] = row.Lost
		if n := row.Lost - l.told[row.ID]; n > 0 && row.State == protocol.StateEstablished {
			l.log.Warn("events lost", "session", row.ID, "app", row.App, "events", n, "in_all", row.Lost)
		}
	}
	l.told = told
}
