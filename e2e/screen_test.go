package e2e

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"sync"
	"testing"
	"time"

	"goapptrace/internal/testtool"
	"goapptrace/internal/tmux"
)

// patience is how long a screen may take to appear. It bounds a hanging test and decides nothing else.
const patience = 90 * time.Second

// screen is a shell in a terminal, with goapptrace on its path and the repository's root as its directory.
// Its methods end the test when they fail.
type screen struct {
	t    *testing.T
	term *tmux.Terminal
}

func start(t *testing.T, width, height int) *screen {
	t.Helper()
	testtool.Need(t, "tmux")
	return open(t, build(t), width, height)
}

func TestMain(m *testing.M) {
	status := m.Run()
	if bin, err := built(); err == nil {
		_ = os.RemoveAll(bin)
	}
	os.Exit(status)
}

// built is a directory that has goapptrace, or what came of building it.
var built = sync.OnceValues(func() (bin string, err error) {
	if bin, err = os.MkdirTemp("", "e2e"); err != nil {
		return "", err
	}
	build := exec.Command("go", "build", "-o", bin, ".")
	build.Dir = ".."
	if out, err := build.CombinedOutput(); err != nil {
		return "", errors.Join(fmt.Errorf("go build: %w\n%s", err, out), os.RemoveAll(bin))
	}
	return bin, nil
})

// build gives a directory that has goapptrace.
func build(t *testing.T) string {
	t.Helper()
	bin, err := built()
	if err != nil {
		t.Fatal(err)
	}
	return bin
}

// open is start with what build gave.
func open(t *testing.T, bin string, width, height int) *screen {
	t.Helper()
	return openWith(t, bin, width, height, nil, "sh", "-c", "cd .. && exec sh -i")
}

// openWith is open for a shell elsewhere, and with more in its environment.
func openWith(t *testing.T, bin string, width, height int, more []string, shell ...string) *screen {
	t.Helper()
	testtool.Need(t, "tmux")
	env := []string{
		"PATH=" + bin + string(filepath.ListSeparator) + os.Getenv("PATH"),
		"PS1=$ ", "ENV=", "NO_COLOR=", "XDG_RUNTIME_DIR=" + shortDir(t),
	}
	term, err := tmux.Start(width, height, append(env, more...), shell...)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := term.Close(); err != nil {
			t.Error(err)
		}
	})
	s := &screen{t, term}
	s.wait(`^\$$`)
	return s
}

// shortDir is a directory whose path leaves room for the name of a socket.
func shortDir(t *testing.T) string {
	t.Helper()
	dir, err := os.MkdirTemp("", "e2e") //nolint:usetesting // t.TempDir is too long for a socket
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := os.RemoveAll(dir); err != nil {
			t.Error(err)
		}
	})
	return dir
}

// wait gives the groups of the first screen that matches; ^ and $ are a row's ends.
func (s *screen) wait(pattern string) []string {
	s.t.Helper()
	ctx, cancel := context.WithTimeout(s.t.Context(), patience)
	defer cancel()
	_, groups, err := s.term.WaitFor(ctx, regexp.MustCompile("(?m)"+pattern))
	if err != nil {
		s.t.Fatal(err)
	}
	return groups
}

// enter types a command line for the shell.
func (s *screen) enter(line string) {
	s.t.Helper()
	s.typed(line)
	s.press("Enter")
}

func (s *screen) typed(text string) {
	s.t.Helper()
	if err := s.term.Type(text); err != nil {
		s.t.Fatal(err)
	}
}

// press sends keys by tmux's names.
func (s *screen) press(keys ...string) {
	s.t.Helper()
	if err := s.term.Press(keys...); err != nil {
		s.t.Fatal(err)
	}
}

func (s *screen) resize(width, height int) {
	s.t.Helper()
	if err := s.term.Resize(width, height); err != nil {
		s.t.Fatal(err)
	}
}

func (s *screen) text() string {
	s.t.Helper()
	text, err := s.term.Screen()
	if err != nil {
		s.t.Fatal(err)
	}
	return text
}

// modes are what a program may leave behind in a terminal.
func (s *screen) modes() string {
	s.t.Helper()
	modes, err := s.term.Format("alternate screen #{alternate_on}, cursor #{cursor_flag}, mouse #{mouse_any_flag}" +
		"#{mouse_sgr_flag}, keypad #{keypad_flag}#{keypad_cursor_flag}, wrap #{wrap_flag}, insert #{insert_flag}")
	if err != nil {
		s.t.Fatal(err)
	}
	return modes
}
