package ui

import (
	"image/color"
	"regexp"
	"strings"
	"testing"

	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/colorprofile"
	"github.com/charmbracelet/x/ansi"

	"goapptrace/ui/safe"
)

// Without colours, what matters must still differ from plain text, by weight or by inversion.
func TestStylesWithoutColour(t *testing.T) {
	for _, profile := range []colorprofile.Profile{colorprofile.ASCII, colorprofile.ANSI} {
		s := NewStyles(true, profile)
		for name, p := range map[string]Paint{
			"selected": s.List.Selected, "bad": s.Text.Bad, "losing": s.Header.Losing, "match": s.Text.Match,
			"focused title": s.Pane.FocusedTitle, "active tab": s.Pane.ActiveTab, "focused tab": s.Pane.FocusedTab, "key": s.Footer.Key,
		} {
			if !weight.MatchString(p.on) {
				t.Errorf("%v: %s is told by colour alone: %q", profile, name, p.on)
			}
		}
	}
}

// weight matches escape sequences that make text bold, underlined or inverted.
var weight = regexp.MustCompile(`\x1b\[(\d+;)*[147](;\d+)*m`)

func TestThemesDiffer(t *testing.T) {
	dark, light := NewStyles(true, colorprofile.TrueColor), NewStyles(false, colorprofile.TrueColor)
	if dark.Text.Good == light.Text.Good || dark.List.Selected == light.List.Selected {
		t.Error("the light theme has the dark one's colours")
	}
}

func TestPaintOver(t *testing.T) {
	s := NewStyles(true, colorprofile.TrueColor)
	row := s.List.Selected.Over("a" + s.Text.Bad.Render("b") + "c")
	if got := strings.Count(row, s.List.Selected.on); got != 2 {
		t.Errorf("the selection is painted %d times around one painted part, want 2: %q", got, row)
	}
	if got := ansi.Strip(row); got != "abc" {
		t.Errorf("text became %q", got)
	}
}

// The theme follows the terminal's background, which is asked for again when the user comes back, unless the user has decided.
func TestThemeFollowsTheBackground(t *testing.T) {
	f := newFixture(t)
	s := newScreen(t, Config{Store: f.store}, 120, 36)
	if s.root.handle(tea.FocusMsg{}) == nil {
		t.Error("the background isn't asked for")
	}
	s.send(tea.BackgroundColorMsg{Color: color.White})
	if s.root.dark || s.root.env.styles.Text.Good != NewStyles(false, colorprofile.TrueColor).Text.Good {
		t.Error("the theme is still dark")
	}
	s = newScreen(t, Config{Store: f.store, Theme: ThemeDark}, 120, 36)
	s.send(tea.BackgroundColorMsg{Color: color.White})
	if !s.root.dark || s.root.handle(tea.FocusMsg{}) != nil || s.root.View().ReportFocus {
		t.Error("the user's theme isn't heeded")
	}
}

// In 16 colours the chosen row is inverted: colours of its parts would become patches of background.
func TestChosenRowInFewColours(t *testing.T) {
	s := NewStyles(true, colorprofile.ANSI)
	if got, want := s.List.Selected.Over("a"+s.Text.Dim.Render("b")), s.List.Selected.Render("ab"); got != want {
		t.Errorf("the row is %q, want %q", got, want)
	}
}

func TestGlyphsAreOneCellWide(t *testing.T) {
	for _, g := range []*Glyphs{newGlyphs(false), newGlyphs(true)} {
		one := []string{
			g.Live, g.Half, g.Ended, g.Failed, g.Done, g.Pause, g.Loss, g.Unfolded, g.Cursor, g.In, g.Out, g.Up, g.Down,
			g.Dot, g.Ellipsis, g.Border.Horizontal, g.Border.Vertical, g.Border.TopLeft,
		}
		for _, s := range one {
			if safe.Width(s) != 1 {
				t.Errorf("%q is %d cells wide", s, safe.Width(s))
			}
		}
	}
}
