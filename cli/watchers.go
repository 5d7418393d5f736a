package cli

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"unicode/utf8"

	"goapptrace/query"
	"goapptrace/ui/safe"
	"goapptrace/watch"
)

const watchersHeader = `# Watchers, as goapptrace's screen shows them in its tab Watch: one "name: condition" a line.
# "name: off" switches one off that is always there, "name: off condition" one of your own.
`

// watchersFile is where the user's own watchers are kept.
func watchersFile() (string, error) {
	dir, err := os.UserConfigDir()
	if err != nil {
		return "", err
	}
	return filepath.Join(dir, "goapptrace", "watchers"), nil
}

// userWatchers are the user's own watchers, and what keeps them. What can't be read isn't written over.
func userWatchers() (own []watch.Watcher, keep func([]watch.Watcher) error) {
	own, err := loadWatchers()
	if err != nil {
		return own, func([]watch.Watcher) error { return err }
	}
	return own, keepWatchers
}

// loadWatchers reads the user's own watchers; none when there is no file. The error tells of those that make no sense.
func loadWatchers() ([]watch.Watcher, error) {
	file, err := watchersFile()
	if err != nil {
		return nil, fmt.Errorf("watchers: %w", err)
	}
	data, err := os.ReadFile(file)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err == nil && (len(data) > maxFiltersFile || !utf8.Valid(data)) {
		err = fmt.Errorf("%q is not a list of watchers: mend or remove it", file)
	}
	if err != nil {
		return nil, fmt.Errorf("watchers: %w", err)
	}
	var own []watch.Watcher
	for line := range strings.Lines(string(data)) {
		line = strings.TrimSpace(line)
		if line == "" || line[0] == '#' {
			continue
		}
		w, wrong := parseWatcher(line)
		if wrong != nil {
			err = errors.Join(err, fmt.Errorf("watchers: %q: %s: %w", file, safe.String(line), wrong))
			continue
		}
		own = append(own, w)
	}
	return own, err
}

// parseWatcher reads "name: condition", or "name: off condition".
func parseWatcher(line string) (watch.Watcher, error) {
	name, text, ok := strings.Cut(line, ":")
	w := watch.Watcher{Name: strings.TrimSpace(name), Text: strings.TrimSpace(text)}
	if rest, off := strings.CutPrefix(w.Text, "off"); off && (rest == "" || rest[0] == ' ') {
		w.Off, w.Text = true, strings.TrimSpace(rest)
	}
	switch {
	case !ok || w.Name == "" || w.Text == "" && !w.Off:
		return w, errors.New("a watcher is written 'name: condition', such as 'slow: dur > 1s'")
	case w.Text == "":
		return w, nil
	}
	return w, w.Check()
}

// keepWatchers writes the user's own watchers: all or nothing, as other screens may be reading.
func keepWatchers(own []watch.Watcher) error {
	file, err := watchersFile()
	if err != nil {
		return fmt.Errorf("watchers: %w", err)
	}
	var b bytes.Buffer
	b.WriteString(watchersHeader)
	for _, w := range own {
		text := strings.NewReplacer("\n", " ", "\r", " ").Replace(w.Text)
		if w.Off {
			text = strings.TrimSpace("off " + text)
		}
		fmt.Fprintf(&b, "%s: %s\n", w.Name, text)
	}
	if err := replaceFile(file, b.Bytes()); err != nil {
		return fmt.Errorf("watchers: %w", err)
	}
	return nil
}

// watcherFlag is watchers as a flag, which may be given again.
type watcherFlag []watch.Watcher

// Set implements [github.com/spf13/pflag.Value].
func (f *watcherFlag) Set(text string) error {
	w, err := parseWatcher(text)
	var wrong *query.Error
	if errors.As(err, &wrong) {
		return fmt.Errorf("%w\n  %s\n  %s^", err, safe.String(w.Text), strings.Repeat(" ", safe.Width(safe.String(wrong.Before()))))
	}
	if err == nil {
		w.Once = true
		*f = append(*f, w)
	}
	return err
}

// String implements [github.com/spf13/pflag.Value].
func (f *watcherFlag) String() string { return "" }

// Type implements [github.com/spf13/pflag.Value].
func (*watcherFlag) Type() string { return "'name: condition'" }
