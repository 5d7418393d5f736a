package ui

import (
	"bytes"
	"context"
	"testing"
	"time"

	"github.com/charmbracelet/x/exp/teatest/v2"
	"go.uber.org/goleak"

	"goapptrace/model"
)

// patienceOfTests is how long a loaded machine may take.
const patienceOfTests = 20 * time.Second

// The whole program, with Bubble Tea's own loop and renderer: it starts empty, shows a session when one comes, asks
// before it shuts it down, and leaves nothing running.
func TestProgram(t *testing.T) {
	defer goleak.VerifyNone(t, goleak.IgnoreTopFunction("github.com/charmbracelet/x/exp/teatest/v2.NewTestModel.func2"))
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	c := new(commander)
	f := &fixture{tb: t, store: model.New(model.Limits{})}
	program := teatest.NewTestModel(t, New(ctx, Config{Store: f.store, Commander: c, Addresses: addresses, Theme: ThemeDark}),
		teatest.WithInitialTermSize(120, 36))
	shows := func(text string) {
		t.Helper()
		teatest.WaitFor(t, program.Output(), func(out []byte) bool { return bytes.Contains(out, []byte(text)) },
			teatest.WithDuration(patienceOfTests), teatest.WithCheckInterval(5*time.Millisecond))
	}
	shows("Nothing is connected yet")
	shop := f.open("shop", 4123, 0)
	shows("ServerHello")
	program.Send(press("x"))
	shows("no longer traced")
	program.Send(press("y"))
	program.Send(press("q"))
	program.WaitFinished(t, teatest.WithFinalTimeout(patienceOfTests))
	if len(c.ended) != 1 || c.ended[0] != shop.ID() {
		t.Errorf("sessions %v were shut down, want %d", c.ended, shop.ID())
	}
}
