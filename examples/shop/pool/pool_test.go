package pool

import (
	"bytes"
	"errors"
	"log/slog"
	"strings"
	"testing"
	"testing/synctest"
)

func TestPoolRunsEveryJobBeforeItCloses(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var log bytes.Buffer
		p := New(1, 3, slog.New(slog.NewTextHandler(&log, nil)))
		jobs := []Job{
			{"good", func() error { return nil }},
			{"bad", func() error { return errors.New("no ink") }},
			{"broken", func() error { panic("no paper") }},
		}
		for _, job := range jobs {
			if err := p.Submit(job); err != nil {
				t.Fatal(err)
			}
		}
		p.Close()
		if done, failed, waiting := p.Counts(); done != 3 || failed != 2 || waiting != 0 {
			t.Errorf("%d done, %d failed, %d waiting, want 3, 2 and 0", done, failed, waiting)
		}
		for _, want := range []string{"job=bad", "no ink", "job=broken", "panic: no paper"} {
			if !strings.Contains(log.String(), want) {
				t.Errorf("the log lacks %q:\n%s", want, log.String())
			}
		}
	})
}

func TestFullQueueRefuses(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := New(1, 1, slog.New(slog.DiscardHandler))
		release := make(chan struct{})
		hold := Job{"hold", func() error { <-release; return nil }}
		if err := p.Submit(hold); err != nil {
			t.Fatal(err)
		}
		synctest.Wait() // the worker has taken it
		if err := p.Submit(hold); err != nil {
			t.Fatal(err)
		}
		if err := p.Submit(hold); !errors.Is(err, ErrBusy) {
			t.Errorf("a third job gives %v, want %v", err, ErrBusy)
		}
		close(release)
		p.Close()
	})
}
