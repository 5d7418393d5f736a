package ui

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	tea "charm.land/bubbletea/v2"

	"goapptrace/model"
	"goapptrace/ui/safe"
)

// updating says whether to write the golden files anew. The flag is teatest's.
func updating() bool { return flag.Lookup("update").Value.String() == "true" }

// golden compares the screen, without colours, with the file of the test's name, after checking its size.
func (s *screen) golden(t *testing.T) {
	t.Helper()
	s.checkSize(t)
	compareGolden(t, s.text()+"\n")
}

// checkSize checks that the screen fills the terminal exactly.
func (s *screen) checkSize(t *testing.T) {
	t.Helper()
	lines := strings.Split(s.text(), "\n")
	if len(lines) != s.root.height {
		t.Errorf("the screen has %d lines, want %d", len(lines), s.root.height)
	}
	for i, line := range lines {
		if w := safe.Width(line); w != s.root.width {
			t.Errorf("line %d is %d cells wide, want %d: %q", i, w, s.root.width, line)
		}
	}
}

func compareGolden(t *testing.T, got string) {
	t.Helper()
	file := filepath.Join("testdata", strings.ReplaceAll(t.Name(), "/", "-")+".golden")
	if updating() {
		if err := os.MkdirAll("testdata", 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(file, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	want, err := os.ReadFile(file)
	if err != nil {
		t.Fatalf("%v; run go test ./ui -update", err)
	}
	gotLines, wantLines := strings.Split(got, "\n"), strings.Split(string(want), "\n")
	for i := range max(len(gotLines), len(wantLines)) {
		if i >= len(gotLines) || i >= len(wantLines) || gotLines[i] != wantLines[i] {
			t.Fatalf("%s: line %d differs; go test ./ui -update writes it anew. The screen is\n%s", file, i+1, got)
		}
	}
}

var goldenSizes = [][2]int{{80, 24}, {120, 36}, {200, 60}}

func TestScreen(t *testing.T) {
	states := map[string]func(f *fixture, s *screen){
		"live": func(f *fixture, s *screen) {},
		"refused": func(f *fixture, s *screen) {
			s.selectSession(f.refused.ID())
		},
		"lost": func(f *fixture, s *screen) {
			lost := f.open("api", 5120, time.Hour)
			f.trade(lost, 20)
			f.lose(lost, "read: connection reset by peer: tail unknown")
			s.selectSession(lost.ID())
		},
		"crashed": func(f *fixture, s *screen) {
			crashed := f.open("cron", 5121, time.Hour)
			f.trade(crashed, 20)
			f.crash(crashed)
			s.selectSession(crashed.ID())
		},
		"exited": func(f *fixture, s *screen) { s.selectSession(f.batch.ID()) },
		"losing": func(f *fixture, s *screen) { f.miss(f.shop, 12345); s.send() },
		"paused": func(f *fixture, s *screen) {
			s.press("space")
			s.now = s.now.Add(time.Second)
			f.trade(f.shop, 3)
			s.send()
		},
		"help":    func(f *fixture, s *screen) { s.press("?") },
		"confirm": func(f *fixture, s *screen) { s.press("x") },
		"filter":  func(f *fixture, s *screen) { s.press("/", "l", "o", "a") },
		"filtered": func(f *fixture, s *screen) {
			s.typed("/dur > 20ms and (err or func ~ Load)")
			s.press("enter")
		},
		"filtererror": func(f *fixture, s *screen) { s.typed("/load and dur > 10 or err") },
		"filtermenu":  func(f *fixture, s *screen) { s.typed("/err and d"); s.press("tab") },
	}
	for name, prepare := range states {
		for _, size := range goldenSizes {
			t.Run(fmt.Sprintf("%s-%dx%d", name, size[0], size[1]), func(t *testing.T) {
				f := newFixture(t)
				s := newScreen(t, Config{Store: f.store, Commander: new(commander), Addresses: addresses}, size[0], size[1])
				prepare(f, s)
				s.golden(t)
			})
		}
	}
}

func TestEmptyScreen(t *testing.T) {
	config := Config{
		Store: model.New(model.Limits{}), Addresses: addresses,
		Hint: "goapptrace run --no-ui ./cmd/app", BuiltHint: "GOAPPTRACE_SERVER=unix:///run/user/1000/goapptrace.sock ./app",
		Notices: []string{"tcp://127.0.0.1:8600 is in use by another program; listening on tcp://127.0.0.1:8601 instead"},
	}
	for _, size := range goldenSizes {
		t.Run(fmt.Sprintf("%dx%d", size[0], size[1]), func(t *testing.T) { newScreen(t, config, size[0], size[1]).golden(t) })
	}
}

func TestOddSizes(t *testing.T) {
	for _, size := range [][2]int{{60, 40}, {40, 10}, {39, 9}, {20, 5}, {8, 3}, {100, 14}, {400, 100}} {
		t.Run(fmt.Sprintf("%dx%d", size[0], size[1]), func(t *testing.T) {
			newScreen(t, Config{Store: newFixture(t).store, Addresses: addresses}, size[0], size[1]).golden(t)
		})
	}
}

func TestASCIIScreen(t *testing.T) {
	f := newFixture(t)
	f.open("店🚀é", 77, time.Minute)
	s := newScreen(t, Config{Store: f.store, Addresses: addresses, ASCII: true}, 120, 36)
	s.golden(t)
	s.press("?")
	for _, r := range s.root.View().Content {
		if r > '~' {
			t.Fatalf("the screen holds %q", r)
		}
	}
}

// Whatever the size, the screen fills it exactly.
func TestEverySize(t *testing.T) {
	f := newFixture(t)
	f.open("注文処理サービス🚀", 1234567, time.Minute)
	s := newScreen(t, Config{Store: f.store, Addresses: addresses}, 80, 24)
	for width := 1; width <= 240; width += 7 {
		for height := 1; height <= 70; height += 3 {
			s.send(tea.WindowSizeMsg{Width: width, Height: height})
			lines := strings.Split(s.text(), "\n")
			if len(lines) != height {
				t.Fatalf("%dx%d: %d lines", width, height, len(lines))
			}
			for i, line := range lines {
				if safe.Width(line) != width {
					t.Fatalf("%dx%d: line %d is %d cells wide: %q", width, height, i, safe.Width(line), line)
				}
			}
		}
	}
}
