package cli

import (
	"context"
	"errors"
	"testing"
	"testing/synctest"
)

// A start that hangs is given up when the end is asked for. One that is only slow is not: what it has opened has to be closed.
func TestStartUntilTheEnd(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		asked := errors.New("asked to end")
		ctx, end := context.WithCancelCause(t.Context())
		slow, hangs := make(chan struct{}), make(chan struct{})
		defer close(hangs)
		go func() {
			synctest.Wait()
			end(asked)
			synctest.Wait()
			close(slow)
		}()
		if n, err := startUntil(ctx, func() (int, error) { <-slow; return 7, nil }); n != 7 || err != nil {
			t.Errorf("what is slow comes to %d, %v", n, err)
		}
		if n, err := startUntil(ctx, func() (int, error) { <-hangs; return 7, nil }); n != 0 || !errors.Is(err, asked) {
			t.Errorf("what hangs comes to %d, %v", n, err)
		}
	})
}
