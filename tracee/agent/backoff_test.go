package agent

import (
	"testing"
	"time"
)

// Who has had a viewer looks for it every other second for good; who never had one, or was refused, gives up for longer and longer.
func TestBackoff(t *testing.T) {
	longest := func(b *backoff, v verdict) (d time.Duration) {
		for range 1000 {
			d = max(d, b.next(v))
		}
		return d
	}
	var b backoff
	for due := minBackoff; due < 4*maxBackoff; due *= 2 {
		want := min(due, maxBackoff)
		if got := b.next(retry); got < want/2 || got > want {
			t.Errorf("backoff is %v, want %v to %v", got, want/2, want)
		}
	}
	if got := longest(&b, retry); got < maxBackoff/2 || got > maxBackoff {
		t.Errorf("without a viewer attempts are up to %v apart", got)
	}
	b.connected()
	if first := b.next(retry); first > minBackoff {
		t.Errorf("a viewer that is lost is looked for after %v", first)
	}
	if got := longest(&b, retry); got < maxAway/2 || got > maxAway {
		t.Errorf("a viewer that is lost is looked for every %v", got)
	}
	if got := b.next(refused); got < maxBackoff/2 {
		t.Errorf("a viewer that refuses is asked again after %v", got)
	}
	if got := b.next(retry); got < maxBackoff/2 {
		t.Errorf("a viewer that has refused is looked for after %v", got)
	}
}
