package remote

import (
	"context"
	"errors"
)

// Server serves viewers over SSH.
type Server struct {
	addr string
	room *Room
}

// Stats are what a server has counted since it began, and what there is now.
type Stats struct {
	Accepted, Refused, Failed, Dropped uint64 // connections: taken, over a limit, without proof of a key, stalled
	Viewers, Unauthenticated           int    // now
}

// Listen opens config.Addr and begins to serve. The end of ctx ends everything at once.
func Listen(context.Context, Config) (*Server, error) { return nil, errors.New("ssh: not there yet") }

// Addr is the address listened on, with its real port.
func (s *Server) Addr() string { return s.addr }

// Viewers are those who watch, the first to come first.
func (s *Server) Viewers() []Viewer { return s.room.List() }

// Stats may be called at any time.
func (s *Server) Stats() Stats { return Stats{} }

// Shutdown tells viewers why their screens close, and waits until they have gone or ctx ends: then it ends everything at
// once and returns the context's error.
func (s *Server) Shutdown(context.Context) error { return nil }
