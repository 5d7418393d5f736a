package main

import (
	"context"
	"os"
	"path/filepath"
	"sync"

	"goapptrace/protocol"
	"goapptrace/session"
)

// live runs the tests with hooks on, streaming to a server of ours.
func live(ctx context.Context, m module, dir string) (outcome, error) {
	private, err := os.MkdirTemp("", "publicmodules")
	if err != nil {
		return outcome{}, err
	}
	defer func() { _ = os.RemoveAll(private) }()
	address := "unix://" + filepath.Join(private, "live.sock")
	server, err := session.Listen(ctx, session.Config{Listen: []string{address}})
	if err != nil {
		return outcome{}, err
	}
	var counts tally
	done := make(chan struct{})
	go func() {
		defer close(done)
		counts.all(server.Sessions())
	}()
	o, err := hooked(ctx, m, dir, "GOAPPTRACE_SERVER="+address)
	_ = server.Shutdown(ctx) // sessions that had to be cut off are counted below
	<-done
	o.events, o.lost, o.refused = counts.events, counts.lost, counts.bad
	return o, err
}

// tally adds up what sessions brought.
type tally struct {
	mu           sync.Mutex
	events, lost uint64
	bad          int
}

func (t *tally) all(sessions <-chan *session.Session) {
	var group sync.WaitGroup
	for s := range sessions {
		group.Go(func() { t.one(s) })
	}
	group.Wait()
}

func (t *tally) one(s *session.Session) {
	for event := range s.Events() {
		t.mu.Lock()
		switch event.State {
		case protocol.StateRefused, protocol.StateLost:
			if event.Record == nil && event.Step == nil && event.Hello == nil {
				t.bad++
			}
		}
		if event.Record != nil {
			if batch, ok := event.Record.Packet.(*protocol.FuncLogBatchPacket); ok {
				t.events += batch.Count
				for _, n := range batch.LostEvents {
					t.lost += n
				}
			}
		}
		t.mu.Unlock()
	}
}
