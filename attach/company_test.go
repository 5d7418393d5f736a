package attach

import (
	"slices"
	"sync"
	"testing"

	"goapptrace/ui"
)

// crowd is company for tests.
type crowd struct {
	mu      sync.Mutex
	viewers []ui.Viewer
	deeds   []ui.Deed
	changed chan struct{}
}

func (c *crowd) Viewers() []ui.Viewer {
	c.mu.Lock()
	defer c.mu.Unlock()
	return slices.Clone(c.viewers)
}

func (c *crowd) Deeds() []ui.Deed {
	c.mu.Lock()
	defer c.mu.Unlock()
	return slices.Clone(c.deeds)
}

func (c *crowd) Changed() <-chan struct{} {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.changed
}

func (c *crowd) change(f func()) {
	c.mu.Lock()
	defer c.mu.Unlock()
	f()
	close(c.changed)
	c.changed = make(chan struct{})
}

// Who else watches, and what they do, is told here, too; and who of them this viewer is, also after the connection was lost.
func TestCompany(t *testing.T) {
	store, now := shop(t)
	all := &crowd{changed: make(chan struct{}), viewers: []ui.Viewer{{ID: 4, Name: "me", Role: "watch", Kind: "attach"}}}
	f := serve(t, Source{Store: store, Identity: "a", Now: now, Company: all, Self: 4})
	c := f.open(now)
	config := c.Config()
	config.Now = now
	s := newScreen(t, config, 120, 36)
	s.wants("shop")
	all.change(func() {
		all.viewers = append(all.viewers, ui.Viewer{ID: 5, Name: "alice", Role: "operate", Kind: "screen"})
	})
	s.wants("1 other watches")
	all.change(func() {
		all.deeds = append(all.deeds, ui.Deed{ID: 1, Viewer: 5, Name: "alice", Session: 1, What: "shut down"})
	})
	s.wants("alice", "shut down")

	f.mu.Lock()
	f.source.Self = 6
	f.mu.Unlock()
	f.cut()
	all.change(func() {
		all.viewers[0].ID = 6
		all.viewers = append(all.viewers, ui.Viewer{ID: 7, Name: "bob", Role: "watch", Kind: "screen"})
	})
	s.wants("2 others watch")
	if v := config.Company.Viewers(); v[0].ID != config.Self {
		t.Errorf("the viewer himself is number %d of %v", config.Self, v)
	}
}
