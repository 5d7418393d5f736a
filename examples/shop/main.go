// Command shop is a small order service that is its own customer: an HTTP server over an in-memory store, with a
// worker pool, a cache, and a load generator that calls it through a loopback socket until it is interrupted.
//
// It is made to be watched. Things to find: the search that walks all products, the order that loads its products
// one by one, the bank that is slow now and then, the receipts that fail for gifts to nobody.
//
//	shop                      300 requests/s until ctrl+c
//	shop -rate 2000           a busy day
//	shop -for 5s -seed 7      the same five seconds every time, as far as the scheduler allows
//	shop -leak 1s             forgets a goroutine each second
package main

import (
	"context"
	"flag"
	"fmt"
	"io"
	"log/slog"
	"os"
	"os/signal"
	"syscall"
	"time"
)

const (
	maxRate    = 100_000
	maxWorkers = 1_000
)

type options struct {
	rate    int           // requests per second
	length  time.Duration // 0: until interrupted
	seed    uint64
	workers int
	leak    time.Duration // from one goroutine that is forgotten to the next; 0: never
}

func main() {
	opts, err := parse(os.Args[1:])
	if err != nil {
		fmt.Fprintln(os.Stderr, "shop:", err)
		os.Exit(2)
	}
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	err = run(ctx, opts, os.Stdout, os.Stderr)
	stop()
	if err != nil {
		fmt.Fprintln(os.Stderr, "shop:", err)
		os.Exit(1)
	}
}

func parse(args []string) (options, error) {
	var o options
	flags := flag.NewFlagSet("shop", flag.ExitOnError)
	flags.IntVar(&o.rate, "rate", 300, "requests a second that the shop's own customers send; 0 means none")
	flags.DurationVar(&o.length, "for", 0, "how long to run; 0 means until interrupted")
	flags.Uint64Var(&o.seed, "seed", 1, "what the customers' and the disk's dice begin with")
	flags.IntVar(&o.workers, "workers", 4, "goroutines that write receipts")
	flags.DurationVar(&o.leak, "leak", 0, "how often to begin a goroutine that never ends; 0 means never")
	if err := flags.Parse(args); err != nil {
		return o, err
	}
	if o.rate < 0 || o.rate > maxRate || o.workers < 1 || o.workers > maxWorkers {
		return o, fmt.Errorf("-rate must be 0 to %d and -workers 1 to %d, not %d and %d", maxRate, maxWorkers, o.rate, o.workers)
	}
	if o.leak < 0 {
		return o, fmt.Errorf("-leak must not be negative, but is %v", o.leak)
	}
	return o, nil
}

// run keeps the shop open until ctx ends or its time is over, then closes it in order: customers, server, workers.
func run(ctx context.Context, o options, stdout, stderr io.Writer) error {
	if o.length > 0 {
		var cancel context.CancelFunc
		ctx, cancel = context.WithTimeout(ctx, o.length)
		defer cancel()
	}
	shop, err := open(o, slog.New(slog.NewTextHandler(stderr, nil)))
	if err != nil {
		return err
	}
	shop.live(ctx, o, stdout)
	return shop.close(stdout)
}
