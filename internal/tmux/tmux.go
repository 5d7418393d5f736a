// Package tmux runs a program in a terminal that nobody sees: a tmux server of its own, without a configuration
// file. It serves the end-to-end tests and the pictures. Call [Start], then [Terminal.Close] at the end.
package tmux

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"time"
)

// poll is how often WaitFor looks at the screen.
const poll = 30 * time.Millisecond

// Terminal is one tmux server with one window, whose size only [Terminal.Resize] changes.
type Terminal struct {
	dir string   // holds the server's socket, which no other server shares
	env []string // of tmux and the program
}

// Start runs argv in a new terminal of width × height cells, with true colours and UTF-8. When the program ends, its last
// screen stays. extraEnv ("NAME=value") is added to the environment.
func Start(width, height int, extraEnv []string, argv ...string) (*Terminal, error) {
	dir, err := os.MkdirTemp("", "tmux")
	if err != nil {
		return nil, fmt.Errorf("can't make a directory for tmux's socket: %w", err)
	}
	// TMUX is emptied because we may run inside somebody's tmux. The program inherits this environment from the server:
	// new-session's own -e can't set PATH.
	// What the user has set up has no say in tests and pictures, and what these leave behind none in the user's programs.
	env := append(os.Environ(), "TMUX=", "COLORTERM=truecolor", "LC_ALL=C.UTF-8", "XDG_CONFIG_HOME="+filepath.Join(dir, "config"))
	if config, err := os.UserConfigDir(); err == nil && os.Getenv("GOENV") == "" {
		env = append(env, "GOENV="+filepath.Join(config, "go", "env")) // the go command's settings stay
	}
	t := &Terminal{dir: dir, env: append(env, extraEnv...)}
	args := []string{
		"start-server", ";",
		"set-option", "-g", "status", "off", ";",
		"set-option", "-g", "remain-on-exit", "on", ";",
		"set-option", "-g", "remain-on-exit-format", "", ";",
		"set-option", "-g", "escape-time", "0", ";",
		"set-option", "-g", "default-terminal", "xterm-256color", ";",
		"new-session", "-d", "-x", strconv.Itoa(width), "-y", strconv.Itoa(height),
	}
	args = append(args, "--")
	for _, arg := range argv {
		args = append(args, escape(arg))
	}
	if _, err := t.run(args...); err != nil {
		return nil, errors.Join(err, t.Close())
	}
	return t, nil
}

// Close ends the program and its terminal.
func (t *Terminal) Close() error {
	_, err := t.run("kill-server")
	return errors.Join(err, os.RemoveAll(t.dir))
}

// Press sends keys by their tmux names: "q", "Enter", "C-c", "PageDown", "/".
func (t *Terminal) Press(keys ...string) error {
	args := []string{"send-keys", "--"}
	for _, key := range keys {
		args = append(args, escape(key))
	}
	_, err := t.run(args...)
	return err
}

// Type sends text as it stands.
func (t *Terminal) Type(text string) error {
	_, err := t.run("send-keys", "-l", "--", escape(text))
	return err
}

// Resize gives the terminal a new size, in cells.
func (t *Terminal) Resize(width, height int) error {
	_, err := t.run("resize-window", "-x", strconv.Itoa(width), "-y", strconv.Itoa(height))
	return err
}

// Screen gives the screen's text, a line for each row, without trailing blanks.
func (t *Terminal) Screen() (string, error) { return t.run("capture-pane", "-p") }

// ScreenANSI gives the screen's text with its colours and attributes as escape sequences, at full width.
func (t *Terminal) ScreenANSI() (string, error) { return t.run("capture-pane", "-p", "-e", "-N") }

// Format gives what a tmux format says of the terminal: "#{alternate_on} #{cursor_flag}".
func (t *Terminal) Format(format string) (string, error) {
	out, err := t.run("display-message", "-p", format)
	return strings.TrimSuffix(out, "\n"), err
}

// WaitFor gives the first screen that matches pattern, with the match and its groups. When ctx ends first, the
// error holds the last screen.
func (t *Terminal) WaitFor(ctx context.Context, pattern *regexp.Regexp) (screen string, groups []string, err error) {
	for {
		screen, err := t.Screen()
		if err != nil {
			return "", nil, err
		}
		if groups := pattern.FindStringSubmatch(screen); groups != nil {
			return screen, groups, nil
		}
		select {
		case <-ctx.Done():
			return screen, nil, fmt.Errorf("the screen never matched %q: %w; it ends as\n%s", pattern, ctx.Err(), screen)
		case <-time.After(poll):
		}
	}
}

// escape keeps tmux from taking a semicolon at the end of an argument for the end of a command.
func escape(arg string) string {
	if rest, ok := strings.CutSuffix(arg, ";"); ok {
		return rest + `\;`
	}
	return arg
}

func (t *Terminal) run(args ...string) (string, error) {
	socket := filepath.Join(t.dir, "socket")
	cmd := exec.Command("tmux", append([]string{"-u", "-f", "/dev/null", "-S", socket}, args...)...)
	cmd.Env = t.env
	var stderr bytes.Buffer
	cmd.Stderr = &stderr
	out, err := cmd.Output()
	if err != nil {
		return "", fmt.Errorf("tmux %q: %w: %s", args, err, bytes.TrimSpace(stderr.Bytes()))
	}
	return string(out), nil
}
