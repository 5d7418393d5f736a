package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"sync"
	"time"

	"goapptrace/examples/shop/orders"
	"goapptrace/examples/shop/pool"
	"goapptrace/examples/shop/store"
)

const (
	products     = 60
	queueLength  = 64
	declineOneIn = 100
	statsEvery   = 3 * time.Second
	sweepEvery   = time.Second
	restockEvery = 5 * time.Second
	closeWithin  = 5 * time.Second
)

// shop is everything that runs: the server, its pool, and the address at which it can be called.
type shop struct {
	log    *slog.Logger
	url    string
	pool   *pool.Pool
	server *Server
	http   *http.Server
	served chan error // one value: how Serve ended
}

// open fills the store and starts the server and the workers. Close ends them.
func open(o options, log *slog.Logger) (*shop, error) {
	db := store.Open(store.NewDisk(o.seed))
	if err := store.Fill(db, products, o.seed); err != nil {
		return nil, err
	}
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return nil, fmt.Errorf("can't listen on the loopback interface: %w", err)
	}
	jobs := pool.New(o.workers, queueLength, log)
	server := NewServer(db, orders.New(db, orders.NewBank(o.seed, declineOneIn), jobs), log)
	s := &shop{
		log:    log,
		url:    "http://" + listener.Addr().String(),
		pool:   jobs,
		server: server,
		http:   &http.Server{Handler: server.Handler(), ReadHeaderTimeout: closeWithin},
		served: make(chan error, 1),
	}
	go func() { s.served <- s.http.Serve(listener) }()
	log.Info("shop is open", "url", s.url, "products", products)
	return s, nil
}

// live runs the customers and the housekeeping until ctx ends, and waits for them.
func (s *shop) live(ctx context.Context, o options, stdout io.Writer) {
	var wg sync.WaitGroup
	defer wg.Wait()
	wg.Go(func() { newCrowd(s.url, o.seed).run(ctx, o.rate) })
	wg.Go(func() { every(ctx, sweepEvery, s.server.sweep) })
	wg.Go(func() { every(ctx, restockEvery, s.server.restock) })
	if o.leak > 0 {
		wg.Go(func() { every(ctx, o.leak, s.server.promise) })
	}
	wg.Go(func() { every(ctx, statsEvery, func() { s.report(stdout) }) })
}

// close finishes the requests under way and the queued jobs.
func (s *shop) close(stdout io.Writer) error {
	ctx, cancel := context.WithTimeout(context.Background(), closeWithin)
	defer cancel()
	err := s.http.Shutdown(ctx)
	if served := <-s.served; !errors.Is(served, http.ErrServerClosed) {
		err = errors.Join(err, served)
	}
	s.pool.Close()
	s.report(stdout)
	s.log.Info("shop is closed")
	return err
}

func (s *shop) report(w io.Writer) {
	done, failed, waiting := s.pool.Counts()
	hits, misses := s.server.catalog.Counts()
	fmt.Fprintf(w, "shop: %v; cache %d hits, %d misses; jobs %d done, %d failed, %d waiting\n",
		s.server.meter.take(), hits, misses, done, failed, waiting)
}

func every(ctx context.Context, interval time.Duration, do func()) {
	ticker := time.NewTicker(interval)
	defer ticker.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-ticker.C:
			do()
		}
	}
}
