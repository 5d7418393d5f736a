package attach

import (
	"testing"
	"time"

	"goapptrace/ui"
)

// What is attached shows what a screen beside the store shows.
func TestSameScreen(t *testing.T) {
	for _, tab := range []struct {
		name string
		keys []string
	}{
		{"calls", []string{"1", "k", "k", "k"}},
		{"tree", []string{"1", "k", "k", "v"}},
		{"call", []string{"1", "k", "k", "enter"}},
		{"filtered", []string{"1", "/", "e", "r", "r", "enter"}},
		{"functions", []string{"2", "j"}},
		{"function", []string{"2", "j", "enter"}},
		{"goroutines", []string{"3", "j", "l"}},
		{"flame", []string{"4", "j", "j"}},
		{"timeline", []string{"5"}},
		{"packets", []string{"6", "k"}},
		{"output", []string{"7", "k"}},
		{"watch", []string{"8", "j", "j"}},
		{"watcher", []string{"8", "G", "enter"}},
		{"finding", []string{"8", "j", "enter"}},
	} {
		t.Run(tab.name, func(t *testing.T) {
			store, now, w := watchedShop(t)
			here := newScreen(t, ui.Config{Store: store, Watch: w, Now: now}, 120, 36)
			config := serve(t, Source{Store: store, Watch: w, Identity: "a", Now: now}).open(now).Config()
			there := newScreen(t, ui.Config{Remote: config.Remote, Findings: config.Findings, Now: now}, 120, 36)
			for _, s := range []*screen{here, there} {
				s.rest(300 * time.Millisecond)
				for _, k := range tab.keys {
					s.press(k)
					s.rest(300 * time.Millisecond)
				}
			}
			there.until("what it shows here:\n"+here.text()+"\n", func(text string) bool { return text == here.text() })
		})
	}
}
