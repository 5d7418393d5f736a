package tmux

import (
	"context"
	"regexp"
	"strings"
	"testing"
	"time"

	"goapptrace/internal/testtool"
)

const patience = 20 * time.Second

func start(t *testing.T, width, height int, script string) *Terminal {
	t.Helper()
	testtool.Need(t, "tmux")
	term, err := Start(width, height, []string{"GREETING=grüße"}, "sh", "-c", script)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := term.Close(); err != nil {
			t.Error(err)
		}
	})
	return term
}

func wait(t *testing.T, term *Terminal, pattern string) []string {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	defer cancel()
	_, groups, err := term.WaitFor(ctx, regexp.MustCompile(pattern))
	if err != nil {
		t.Fatal(err)
	}
	return groups
}

func TestTerminalShowsAndAnswers(t *testing.T) {
	term := start(t, 60, 10, `printf '\033[38;2;1;2;3m%s ▂\033[m\n' "$GREETING"; read line; echo "<$line>"; read end`)
	wait(t, term, "grüße ▂")
	ansi, err := term.ScreenANSI()
	if err != nil || !strings.Contains(ansi, "\x1b[38;2;1;2;3mgrüße") {
		t.Errorf("the screen with colours is %q, %v", ansi, err)
	}
	if err := term.Type("a b;"); err != nil {
		t.Fatal(err)
	}
	if err := term.Press("c", ";", "Enter"); err != nil {
		t.Fatal(err)
	}
	if groups := wait(t, term, "<(.*)>"); groups[1] != "a b;c;" {
		t.Errorf("the program read %q", groups[1])
	}
	if flags, err := term.Format("#{alternate_on} #{cursor_flag}"); err != nil || flags != "0 1" {
		t.Errorf("alternate screen and cursor are %q, %v", flags, err)
	}
}

func TestTerminalResizes(t *testing.T) {
	term := start(t, 80, 24, `while read line; do stty size; done`)
	for _, want := range []string{"24 80", "30 100"} {
		if want == "30 100" {
			if err := term.Resize(100, 30); err != nil {
				t.Fatal(err)
			}
		}
		if err := term.Press("Enter"); err != nil {
			t.Fatal(err)
		}
		wait(t, term, want)
	}
}

func TestWaitForTellsWhatItSaw(t *testing.T) {
	term := start(t, 40, 5, `echo here; sleep 100`)
	wait(t, term, "here")
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	_, _, err := term.WaitFor(ctx, regexp.MustCompile("elsewhere"))
	if err == nil || !strings.Contains(err.Error(), "here") {
		t.Errorf("error %v", err)
	}
}
