package ui

import (
	"fmt"
	"testing"
	"time"

	"goapptrace/internal/recording"
	"goapptrace/model"
	"goapptrace/watch"
)

// recordedTime is how much of the recorded shop the tests look at: it still serves, and calls are open.
const recordedTime = 1700 * time.Millisecond

// recordedScreen shows the recorded shop.
func recordedScreen(t *testing.T, width, height int) *screen {
	t.Helper()
	rec, err := recording.Shop()
	if err != nil {
		t.Fatal(err)
	}
	store, now := model.New(model.Limits{}), rec.Begin().Add(recordedTime)
	watchers := watch.New(store, append(watch.Defaults(), watch.Watcher{Name: "slow disk", Text: `func ~ "Disk" and dur > 10ms`}))
	if _, err := rec.Play(store, 1, recordedTime); err != nil {
		t.Fatal(err)
	}
	watchers.Look(now)
	watchers.Look(now) // calls are told of at the second look
	s := newScreen(t, Config{Store: store, Addresses: addresses, Watch: watchers}, width, height)
	s.now = now
	s.send()
	return s
}

// Each tab shows what the same recorded program did.
func TestRecorded(t *testing.T) {
	for _, tab := range []struct {
		name string
		keys []string
	}{
		{"calls", []string{"1", "k", "k", "k"}},
		{"functions", []string{"2", "j"}},
		{"goroutines", []string{"3", "j", "l"}},
		{"flame", []string{"4", "j", "j"}},
		{"timeline", []string{"5"}},
		{"packets", []string{"6", "k"}},
		{"output", []string{"7", "k"}},
		{"watch", []string{"8"}},
	} {
		for _, size := range goldenSizes {
			t.Run(fmt.Sprintf("%s-%dx%d", tab.name, size[0], size[1]), func(t *testing.T) {
				s := recordedScreen(t, size[0], size[1])
				s.press(tab.keys...)
				s.golden(t)
			})
		}
	}
}
