package ui

import (
	"fmt"
	"strings"
	"testing"
)

// distant is a store elsewhere to which the connection may be lost.
type distant struct {
	Store
	trouble string
}

func (d *distant) Trouble() string { return d.trouble }

// Without a connection the head says so instead of telling what was live, on narrow screens too, and the footer begins with what is
// done about it.
func TestNoConnection(t *testing.T) {
	lines := func(s *screen) []string { return strings.Split(s.text(), "\n") }
	for _, ascii := range []bool{false, true} {
		for _, width := range []int{40, 80, 120} {
			t.Run(fmt.Sprint(width, ascii), func(t *testing.T) {
				f := newFixture(t)
				d := &distant{Store: Local(f.store)}
				s := newScreen(t, Config{Remote: d, Addresses: addresses, ASCII: ascii}, width, 24)
				mark := s.root.env.glyphs.Ended + " no connection"
				if head := lines(s)[0]; !strings.Contains(head, "live") || strings.Contains(head, mark) {
					t.Errorf("with a connection the head is %q", head)
				}
				d.trouble = "no connection, trying again: " + strings.Repeat("dial ", 40)
				for range 2 {
					s.send()
					if head := lines(s)[0]; !strings.Contains(head, mark) || strings.Contains(head, "live") || strings.Contains(head, "calls/s") || strings.Contains(head, "B/s") {
						t.Errorf("the head is %q", head)
					}
					if foot := lines(s)[23]; !strings.Contains(foot, "no connection, trying again") {
						t.Errorf("the footer is %q", foot)
					}
					s.press("space") // the tab may be paused besides
				}
				d.trouble = ""
				s.send()
				if head := lines(s)[0]; strings.Contains(head, mark) {
					t.Errorf("connected again, the head is %q", head)
				}
			})
		}
	}
}
