package remote

import (
	"fmt"
	"log/slog"
	"slices"
	"sync"
	"time"

	"goapptrace/ui"
	"goapptrace/ui/safe"
)

// maxDeeds bounds the deeds that a room remembers.
const maxDeeds = 100

// Room knows who watches, and what they did to sessions. Its methods may be called from any goroutine. It implements
// [goapptrace/ui.Company].
type Room struct {
	log *slog.Logger

	mu      sync.Mutex
	names   func(session, function uint64) string
	lastID  uint64
	acts    uint64   // deeds so far
	viewers []Viewer // in the order in which they came
	deeds   []ui.Deed
	changed chan struct{} // closed when something changes
}

// NewRoom returns an empty room that logs who comes, goes, and does something. The logger may be nil.
func NewRoom(log *slog.Logger) *Room {
	if log == nil {
		log = slog.New(slog.DiscardHandler)
	}
	return &Room{log: log, changed: make(chan struct{})}
}

// Enter lets a viewer in, who gets an ID and a time, and whose deeds are noted from now on. The function lets him out again; it
// may be called more than once.
func (r *Room) Enter(v Viewer) (Viewer, func()) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.lastID++
	v.ID, v.Since, v.room = r.lastID, time.Now(), r
	r.viewers = append(r.viewers, v)
	r.change()
	r.log.Info("viewer came", v.attrs()...)
	return v, sync.OnceFunc(func() { r.leave(v) })
}

func (r *Room) leave(v Viewer) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.viewers = slices.DeleteFunc(r.viewers, func(other Viewer) bool { return other.ID == v.ID })
	r.change()
	r.log.Info("viewer left", append(v.attrs(), "stayed", time.Since(v.Since).Round(time.Second).String())...)
}

// change wakes those who wait for a change.
func (r *Room) change() {
	close(r.changed)
	r.changed = make(chan struct{})
}

// List is who watches, the first to come first.
func (r *Room) List() []Viewer {
	r.mu.Lock()
	defer r.mu.Unlock()
	return slices.Clone(r.viewers)
}

// Viewers implements [goapptrace/ui.Company].
func (r *Room) Viewers() []ui.Viewer {
	r.mu.Lock()
	defer r.mu.Unlock()
	viewers := make([]ui.Viewer, len(r.viewers))
	for i, v := range r.viewers {
		viewers[i] = ui.Viewer{
			ID: v.ID, Name: v.Name, Fingerprint: v.Fingerprint, Remote: v.Remote, Role: v.Role.String(), Kind: v.Kind, Since: v.Since,
		}
	}
	return viewers
}

// Deeds implements [goapptrace/ui.Company].
func (r *Room) Deeds() []ui.Deed {
	r.mu.Lock()
	defer r.mu.Unlock()
	return slices.Clone(r.deeds)
}

// Changed implements [goapptrace/ui.Company].
func (r *Room) Changed() <-chan struct{} {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.changed
}

// NameFunctions has names tell what a function of a session is called, a stranger's text, or nothing if it isn't known: for deeds.
func (r *Room) NameFunctions(names func(session, function uint64) string) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.names = names
}

// function is what a function is called. The room may be nil.
func (r *Room) function(session, function uint64) string {
	if r != nil {
		r.mu.Lock()
		names := r.names
		r.mu.Unlock()
		if names != nil {
			if name := names(session, function); name != "" {
				return name
			}
		}
	}
	return fmt.Sprintf("function %d", function)
}

// note remembers and logs what a viewer did.
func (r *Room) note(v Viewer, session uint64, what string) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if len(r.deeds) == maxDeeds {
		r.deeds = slices.Delete(r.deeds, 0, 1)
	}
	r.acts++
	r.deeds = append(r.deeds, ui.Deed{ID: r.acts, At: time.Now(), Viewer: v.ID, Name: v.Name, Session: session, What: what})
	r.change()
	r.log.Info("viewer acted", append(v.attrs(), "session", session, "deed", safe.String(what))...)
}

// attrs are what the log tells of a viewer.
func (v Viewer) attrs() []any {
	return []any{
		"viewer", v.ID, "name", safe.String(v.Name), "key", v.Fingerprint, "remote", safe.String(v.Remote),
		"role", v.Role.String(), "kind", v.Kind,
	}
}
