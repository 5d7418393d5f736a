package ui

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"goapptrace/watch"
)

// company is one for tests.
type company struct {
	viewers []Viewer
	deeds   []Deed
	changed chan struct{}
}

func (c *company) Viewers() []Viewer        { return c.viewers }
func (c *company) Deeds() []Deed            { return c.deeds }
func (c *company) Changed() <-chan struct{} { return c.changed }

// inCompany is a screen that three viewers look at, the first of them here.
func inCompany(t *testing.T, config Config, width, height int) (*fixture, *company, *screen) {
	f := newFixture(t)
	at := fixtureNow.Add(-time.Hour)
	c := &company{changed: make(chan struct{}), viewers: []Viewer{
		{ID: 1, Name: "ops", Role: "operate", Kind: "local", Since: at},
		{ID: 2, Name: "alice@laptop", Fingerprint: "SHA256:VbW1lOgGntRoByj30bct9/pMN88PC4dpVV4NiILU3cQ", Remote: "127.0.0.1:58810", Role: "operate", Kind: "screen", Since: at.Add(time.Minute)},
		{ID: 3, Name: "mallory\x1b[2J of a very long name", Fingerprint: "SHA256:x", Remote: "[fe80::1234:5678:9abc:def0%eth0]:51234", Role: "watch", Kind: "command", Since: at.Add(50 * time.Minute)},
	}}
	c.deeds = []Deed{{ID: 7, At: at.Add(2 * time.Minute), Viewer: 2, Name: "alice@laptop", Session: 99, What: `set package "main" to "count" in`}}
	config.Store, config.Commander, config.Addresses, config.Company, config.Self = f.store, new(commander), addresses, c, 1
	return f, c, newScreen(t, config, width, height)
}

func TestWhoElseWatches(t *testing.T) {
	for _, ascii := range []bool{false, true} {
		for _, size := range goldenSizes {
			t.Run(fmt.Sprintf("%dx%d-%v", size[0], size[1], ascii), func(t *testing.T) {
				f, c, s := inCompany(t, Config{ASCII: ascii}, size[0], size[1])
				c.deeds = append(c.deeds, Deed{ID: 8, At: fixtureNow, Viewer: 2, Name: "alice@laptop", Session: f.shop.ID(), What: "shut down"})
				s.press("V")
				s.golden(t)
			})
		}
	}
}

func TestOthersAreCounted(t *testing.T) {
	_, c, s := inCompany(t, Config{}, 120, 36)
	if !strings.Contains(s.text(), "2 others watch ") {
		t.Errorf("the head is %q", strings.Split(s.text(), "\n")[0])
	}
	c.viewers = c.viewers[:2]
	s.send()
	if !strings.Contains(s.text(), "1 other watches") {
		t.Errorf("the head is %q", strings.Split(s.text(), "\n")[0])
	}
	c.viewers = c.viewers[:1]
	s.send()
	if strings.Contains(s.text(), "other") {
		t.Errorf("the head is %q", strings.Split(s.text(), "\n")[0])
	}
}

func TestDeedsOfOthersAreTold(t *testing.T) {
	f, c, s := inCompany(t, Config{}, 80, 24)
	if strings.Contains(s.text(), "alice") {
		t.Error("what was done before is told")
	}
	done := Deed{ID: 8, At: fixtureNow, Viewer: 2, Name: "alice\x1b[2J", Session: f.shop.ID(), What: "shut down"}
	c.deeds = append(c.deeds, done)
	s.send()
	if want := "shut down shop"; !strings.Contains(s.text(), want) || strings.Contains(s.text(), "\x1b[2J") {
		t.Errorf("the screen doesn't tell %q:\n%s", want, s.text())
	}
	s.press("esc")
	if s.send(); strings.Contains(s.text(), "shut down shop") {
		t.Error("it is told again")
	}
	done.ID, done.Viewer = 9, 1
	c.deeds = append(c.deeds, done)
	if s.send(); strings.Contains(s.text(), "shut down shop") {
		t.Error("the viewer is told what he did himself")
	}
}

func TestWhoMayOnlyWatchHearsSo(t *testing.T) {
	const why = "this key may only watch"
	for _, keys := range []string{"x", "X", "2t", "2T"} {
		_, _, s := inCompany(t, Config{ReadOnly: why}, 120, 36)
		if strings.Contains(s.text(), "shut down") {
			t.Error("the footer offers to shut sessions down")
		}
		s.typed(keys)
		if c := s.root.config.Commander.(*commander); !strings.Contains(s.text(), why) || len(c.ended)+len(c.cut)+len(c.traced) != 0 || s.root.modal != nil {
			t.Errorf("%s comes to\n%s", keys, s.text())
		}
	}
}

func TestNothingIsOpenedForViewersElsewhere(t *testing.T) {
	_, _, s := inCompany(t, Config{Away: true}, 120, 36)
	s.press("o")
	if !strings.Contains(s.text(), "only where goapptrace runs") {
		t.Errorf("o comes to\n%s", s.text())
	}
}

func TestViewersElsewhereDontChangeTheWatchers(t *testing.T) {
	f := newFixture(t)
	w := watch.New(f.store, watch.Defaults())
	s := newScreen(t, Config{Store: f.store, Addresses: addresses, Watch: w, Away: true}, 120, 36)
	s.press("8")
	for _, key := range []string{"a", "A", "w", "+", "-"} {
		s.press("esc")
		s.press(key)
		if !strings.Contains(s.text(), "those of all who look on") || s.root.prompt != nil {
			t.Errorf("%s comes to\n%s", key, s.text())
		}
	}
	for _, watcher := range w.Watchers() {
		if watcher.Off {
			t.Errorf("%s is off", watcher.Name)
		}
	}
}
