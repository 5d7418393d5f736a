package cli

import (
	"context"
	"os"
	"os/signal"
	"slices"
	"syscall"
)

// ends are the signals that end us properly.
var ends = []os.Signal{os.Interrupt, syscall.SIGTERM, syscall.SIGHUP}

// untilEnd is ctx until a signal ends us.
func untilEnd(ctx context.Context) (context.Context, context.CancelFunc) {
	return signal.NotifyContext(ctx, heeded(ends)...)
}

// heeded are those of signals that we weren't told to ignore, as nohup does.
func heeded(signals []os.Signal) []os.Signal {
	return slices.DeleteFunc(slices.Clone(signals), signal.Ignored)
}

// ignoreBrokenPipe makes writing to a reader that went away an error instead of our end. Unlike a signal that is
// ignored, one that is handled stays as it was for the programs that we start.
func ignoreBrokenPipe() { signal.Notify(make(chan os.Signal, 1), syscall.SIGPIPE) }
