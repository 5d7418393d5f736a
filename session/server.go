package session

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"log/slog"
	"sync"

	"goapptrace/internal/gate"
)

// sessionBuffer bounds the sessions that wait to be taken from Sessions.
const sessionBuffer = 16

// Config says where to listen and whom to let in.
type Config struct {
	// Listen are addresses "unix:///path", "tcp://host:port" or "tls://host:port", port 0 for any free one.
	// Empty: the socket of [DefaultSocket] and tcp://127.0.0.1:8600, or their next free neighbours.
	Listen []string

	TLS      *tls.Config // of tls:// addresses, which need one
	Insecure bool        // other machines may reach tcp:// addresses: secret and trace cross the network in clear

	Limits Limits

	// Returns says that the server is expected back after [Server.Shutdown], as a service is: programs of 1.1 then connect again.
	Returns bool

	Secret string       // what clients must know; empty to ask for none
	Log    *slog.Logger // nil to log nothing; never gets a secret, and of strangers' text nothing that a terminal obeys
}

// Server listens and owns the sessions of those who connect.
type Server struct {
	secret  string
	limits  Limits
	returns bool
	log     *slog.Logger
	addrs   []string
	notices []string

	ctx        context.Context // ends when everything has to end at once
	abort      context.CancelFunc
	sessions   chan *Session // closed when the last session has ended
	done       chan struct{} // likewise
	goroutines sync.WaitGroup

	counters counters
	showcase showcase
	dropped  droppedLog

	mu        sync.Mutex
	entrances []*entrance
	live      map[uint64]*Session
	lastID    uint64
	ending    bool
	closeErr  error
}

// Listen opens the addresses of config and begins to accept. Either all explicit addresses can be opened or it fails,
// saying who is in the way. The end of ctx is a [Server.Close].
func Listen(ctx context.Context, config Config) (*Server, error) {
	limits, err := complete(config.Limits)
	if err != nil {
		return nil, err
	}
	entrances, notices, err := openAll(ctx, config)
	if err != nil {
		return nil, fmt.Errorf("listen: %w", err)
	}
	config.Limits = limits
	s := newServer(ctx, config)
	s.notices = notices
	for _, e := range entrances {
		s.add(e)
		s.addrs = append(s.addrs, e.url())
		s.notices = append(s.notices, e.doubts(config)...)
		s.goroutines.Go(func() { s.accept(e) })
	}
	s.log.Info("listening", "addrs", s.addrs)
	context.AfterFunc(s.ctx, s.stop) // last: stop waits for the goroutines started so far
	return s, nil
}

// newServer makes a server without entrances. The limits of config are complete.
func newServer(ctx context.Context, config Config) *Server {
	s := &Server{
		secret:   config.Secret,
		limits:   config.Limits,
		returns:  config.Returns,
		log:      config.Log,
		sessions: make(chan *Session, sessionBuffer),
		done:     make(chan struct{}),
		live:     make(map[uint64]*Session),
	}
	if s.log == nil {
		s.log = slog.New(slog.DiscardHandler)
	}
	s.dropped.log = s.log
	s.ctx, s.abort = context.WithCancel(ctx)
	return s
}

// add gives an entrance its gate.
func (s *Server) add(e *entrance) {
	e.gate = gate.New(s.limits.gate())
	s.mu.Lock()
	defer s.mu.Unlock()
	s.entrances = append(s.entrances, e)
}

// openAll opens the addresses, or the default ones when there are none.
func openAll(ctx context.Context, config Config) (entrances []*entrance, notices []string, err error) {
	if len(config.Listen) == 0 {
		return listenDefaults(ctx)
	}
	for _, addr := range config.Listen {
		e, err := openOne(ctx, addr, config)
		if err == nil {
			entrances = append(entrances, e)
			continue
		}
		if errors.Is(err, errInUse) {
			err = fmt.Errorf("%w: end that program or choose another address", err)
		}
		return nil, nil, errors.Join(err, closeAll(entrances))
	}
	return entrances, nil, nil
}

// openOne opens an address, if what is spoken there may cross the networks that it is on.
func openOne(ctx context.Context, addr string, config Config) (*entrance, error) {
	parsed, err := parseAddress(addr)
	if err != nil {
		return nil, err
	}
	if parsed.scheme == "tls" && config.TLS == nil {
		return nil, fmt.Errorf("%s: a server needs a certificate and its key: --tls-cert FILE --tls-key FILE", addr)
	}
	e, err := enter(ctx, parsed)
	if err != nil {
		return nil, err
	}
	if e.scheme == "tls" {
		e.tls = strictest(config.TLS)
	}
	if e.scheme == "tcp" && exposed(e) && !config.Insecure {
		return nil, errors.Join(fmt.Errorf("%s: other machines can reach it, and secret and traces would cross the network in clear: "+
			"listen on tls:// instead (with --tls-cert and --tls-key), or on tcp://127.0.0.1 at the end of an SSH tunnel; --insecure if the network is yours alone",
			addr), e.Close())
	}
	return e, nil
}

func closeAll(entrances []*entrance) error {
	var errs []error
	for _, e := range entrances {
		errs = append(errs, e.Close())
	}
	return errors.Join(errs...)
}

// Addrs are the addresses listened on, as GOAPPTRACE_SERVER wants them, real ports included.
func (s *Server) Addrs() []string { return s.addrs }

// Notices are sentences that the user should see: what was used instead of an address that was taken, for example.
func (s *Server) Notices() []string { return s.notices }

// Stats are counts of what has come in so far. It may be called at any time.
func (s *Server) Stats() Stats {
	stats := s.counters.stats()
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, e := range s.entrances {
		sessions, waiting := e.gate.Count()
		stats.Live += sessions
		stats.Unauthenticated += waiting
	}
	return stats
}

// Sessions yields every connection that becomes a session, and those that are refused as long as they are few: a flood of strangers
// is counted only, in Stats, and so is a connection that never says anything. It is closed when the Server has ended and has to be read until then.
func (s *Server) Sessions() <-chan *Session { return s.sessions }

// NextID takes the number of a session, for one without a connection.
func (s *Server) NextID() uint64 {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.lastID++
	return s.lastID
}

// Shutdown stops listening, shuts every session down and waits for them to end. When ctx ends first,
// it closes what is left and returns ctx's error.
func (s *Server) Shutdown(ctx context.Context) error {
	s.stop()
	select {
	case <-s.done:
	case <-ctx.Done():
		return errors.Join(ctx.Err(), s.Close())
	}
	return s.Close()
}

// Close ends everything at once and waits until it has ended. It returns an error when a listener can't be closed properly.
func (s *Server) Close() error {
	s.abort()
	s.stop()
	<-s.done
	return s.closeErr
}

// stop begins the end: no new sessions, and a Shutdown to the live ones. What it starts ends by closing done.
func (s *Server) stop() {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.ending {
		return
	}
	s.ending = true
	s.closeErr = closeAll(s.entrances)
	for _, e := range s.entrances {
		e.gate.Close()
		e.gate.EvictSilent()
	}
	for _, sess := range s.live {
		sess.shutdown(s.returns)
	}
	go func() {
		s.goroutines.Wait()
		s.abort()
		s.dropped.close()
		close(s.sessions)
		close(s.done)
	}()
}
