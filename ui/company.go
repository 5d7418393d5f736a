package ui

import "time"

// Company is who else looks at the same store, and what they did to sessions. Its methods return at once and may be called from
// any goroutine.
type Company interface {
	Viewers() []Viewer        // all of them, the first to come first
	Deeds() []Deed            // the latest, oldest first
	Changed() <-chan struct{} // is closed when there are other viewers or deeds
}

// Viewer is somebody who looks at the store. All of its texts may be a stranger's.
type Viewer struct {
	ID          uint64
	Name        string
	Fingerprint string // of a key, empty without one
	Remote      string // address, empty on this machine
	Role        string // "watch" or "operate"
	Kind        string // "screen", "command", "attach" or "local"
	Since       time.Time
}

// Deed is what a viewer did to a session.
type Deed struct {
	ID      uint64 // the next deed has a larger one
	At      time.Time
	Viewer  uint64
	Name    string // of the viewer; a stranger's text, as is What
	Session uint64
	What    string // what he did, up to the name of the session: "shut down"
}
