package health

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"sync/atomic"
	"time"

	"github.com/prometheus/client_golang/prometheus/promhttp"
)

// Bounds on those who ask.
const (
	mostAsking  = 4 // at once
	askTime     = 10 * time.Second
	mostHeaders = 16 << 10 // bytes
)

// Server answers over HTTP.
type Server struct {
	addr  string
	http  *http.Server
	ready atomic.Bool
	done  chan struct{} // closed when it serves no more
}

// CheckAddress says whether addr can be listened on: an address of this machine alone, with a port.
func CheckAddress(addr string) error {
	_, err := parse(addr)
	return err
}

// parse returns addr with numbers alone.
func parse(addr string) (string, error) {
	host, port, err := net.SplitHostPort(addr)
	if err != nil {
		return "", fmt.Errorf("%q is no address: use one such as 127.0.0.1:9464", addr)
	}
	if host == "localhost" {
		host = "127.0.0.1"
	}
	if ip := net.ParseIP(host); ip == nil || !ip.IsLoopback() {
		return "", fmt.Errorf("%q can be reached by other machines: use one such as 127.0.0.1:9464", addr)
	}
	return net.JoinHostPort(host, port), nil
}

// Listen answers at addr, a loopback address with a port, 0 for any free one. The server isn't ready.
func Listen(ctx context.Context, addr string, sources Sources, log *slog.Logger) (*Server, error) {
	addr, err := parse(addr)
	if err != nil {
		return nil, fmt.Errorf("metrics: %w", err)
	}
	var config net.ListenConfig
	l, err := config.Listen(ctx, "tcp", addr)
	if err != nil {
		return nil, fmt.Errorf("metrics: %w", err)
	}
	s := &Server{addr: l.Addr().String(), done: make(chan struct{})}
	s.http = &http.Server{
		Handler: s.handler(sources), ReadTimeout: askTime, WriteTimeout: askTime, IdleTimeout: time.Minute,
		MaxHeaderBytes: mostHeaders, ErrorLog: slog.NewLogLogger(log.Handler(), slog.LevelWarn),
	}
	go func() {
		defer close(s.done)
		if err := s.http.Serve(l); !errors.Is(err, http.ErrServerClosed) {
			log.Error("metrics have ended", "error", err.Error())
		}
	}()
	log.Info("metrics", "addr", s.addr)
	return s, nil
}

func (s *Server) handler(sources Sources) http.Handler {
	mux := http.NewServeMux()
	mux.Handle("GET /metrics", promhttp.HandlerFor(sources.registry(), promhttp.HandlerOpts{MaxRequestsInFlight: mostAsking, Timeout: askTime}))
	mux.HandleFunc("GET /healthz", func(w http.ResponseWriter, _ *http.Request) { say(w, "ok") })
	mux.HandleFunc("GET /readyz", func(w http.ResponseWriter, _ *http.Request) {
		if !s.ready.Load() {
			http.Error(w, "not ready", http.StatusServiceUnavailable)
			return
		}
		say(w, "ready")
	})
	return mux
}

func say(w http.ResponseWriter, text string) {
	w.Header().Set("Content-Type", "text/plain; charset=utf-8")
	_, _ = io.WriteString(w, text+"\n") // fails when nobody listens any more
}

// Addr is the address listened on, with its real port.
func (s *Server) Addr() string { return s.addr }

// Ready tells whether the server does its work: it listens, and isn't about to end.
func (s *Server) Ready(ready bool) { s.ready.Store(ready) }

// Close ends everything at once: nobody who asks how a server fares needs to be waited for.
func (s *Server) Close() {
	_ = s.http.Close() // fails when it is closed already
	<-s.done
}
