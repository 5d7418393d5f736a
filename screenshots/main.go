// Command screenshots makes the pictures in this directory from the running program: it starts each scene of
// [scenes] in an unseen terminal, sends its keys, waits for what they show, and has the screen rendered. It needs tmux.
//
//	go run ./screenshots                all pictures
//	go run ./screenshots calls help     these
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"time"

	"goapptrace/internal/tmux"
)

// patience is how long a scene may take from one step to the next; the first one builds the traced program.
const patience = time.Minute

func main() {
	flag.Parse()
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	err := run(ctx, flag.Args())
	stop()
	if err != nil {
		fmt.Fprintln(os.Stderr, "screenshots:", err)
		os.Exit(1)
	}
}

func run(ctx context.Context, names []string) error {
	chosen, err := choose(names)
	if err != nil {
		return err
	}
	tools, err := os.MkdirTemp("", "screenshots")
	if err != nil {
		return err
	}
	defer os.RemoveAll(tools)
	if err := buildTools(tools); err != nil {
		return err
	}
	for _, s := range chosen {
		fmt.Println(s.name)
		screen, err := s.play(ctx, tools)
		if err != nil {
			return fmt.Errorf("scene %q: %w", s.name, err)
		}
		if err := render(ctx, tools, s.name, flatten(screen, s.width, s.height)); err != nil {
			return err
		}
	}
	return nil
}

// choose gives the scenes of these names, all of them for none.
func choose(names []string) ([]scene, error) {
	if len(names) == 0 {
		return scenes, nil
	}
	var chosen []scene
	for _, name := range names {
		i := slices.IndexFunc(scenes, func(s scene) bool { return s.name == name })
		if i < 0 {
			return nil, fmt.Errorf("no scene is called %q", name)
		}
		chosen = append(chosen, scenes[i])
	}
	return chosen, nil
}

// buildTools puts the program and the renderer, which comes from a module of its own, into dir.
func buildTools(dir string) error {
	builds := [][]string{
		{"build", "-o", dir, "."},
		{"build", "-C", "tools/freeze", "-o", dir, "github.com/charmbracelet/freeze"},
	}
	for _, args := range builds {
		if out, err := exec.Command("go", args...).CombinedOutput(); err != nil {
			return fmt.Errorf("go %s (run this in the repository's root): %w\n%s", strings.Join(args, " "), err, out)
		}
	}
	return nil
}

// play gives the screen at the end of the scene, with its colours.
func (s scene) play(ctx context.Context, tools string) (screen string, err error) {
	path := "PATH=" + tools + string(os.PathListSeparator) + os.Getenv("PATH")
	argv := []string{"sh", "-c", s.command}
	term, err := tmux.Start(s.width, s.height, append([]string{path}, s.env...), argv...)
	if err != nil {
		return "", err
	}
	defer func() { err = errors.Join(err, term.Close()) }()
	for _, st := range s.steps {
		if err := st.do(ctx, term); err != nil {
			return "", err
		}
	}
	return term.ScreenANSI()
}

func (st step) do(ctx context.Context, term *tmux.Terminal) error {
	if st.text != "" {
		if err := term.Type(st.text); err != nil {
			return err
		}
	}
	if st.keys != "" {
		if err := term.Press(strings.Fields(st.keys)...); err != nil {
			return err
		}
	}
	pattern, err := regexp.Compile("(?m)" + st.wait)
	if err != nil {
		return err
	}
	waiting, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	if _, _, err := term.WaitFor(waiting, pattern); err != nil {
		return err
	}
	return linger(ctx, st.linger)
}

func linger(ctx context.Context, length time.Duration) error {
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-time.After(length):
		return nil
	}
}

// render writes the screen as screenshots/NAME.png. The renderer's own JetBrains Mono has line and block glyphs.
func render(ctx context.Context, tools, name, screen string) error {
	picture := filepath.Join("screenshots", name+".png")
	cmd := exec.CommandContext(ctx, filepath.Join(tools, "freeze"), "--language", "ansi", "--output", picture,
		"--font.size", "14", "--line-height", "1.32", "--padding", "16", "--margin", "0", "--font.ligatures=false",
		"--background", fmt.Sprintf("#%02x%02x%02x", background.R, background.G, background.B))
	cmd.Stdin = strings.NewReader(screen)
	if out, err := cmd.CombinedOutput(); err != nil {
		return fmt.Errorf("can't render %q: %w\n%s", picture, err, out)
	}
	return shrink(picture)
}
