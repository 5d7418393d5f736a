package cli

import (
	"errors"
	"fmt"
	"strings"

	"goapptrace/query"
	"goapptrace/ui/safe"
	"goapptrace/watch"
)

// ownWatchers are the user's own watchers.
var ownWatchers = userList{
	file: "watchers", what: "watchers",
	header: `# Watchers, as goapptrace's screen shows them in its tab Watch: one "name: condition" a line.
# "name: off" switches one off that is always there, "name: off condition" one of your own.
`,
}

// userWatchers are the user's own watchers, and what keeps them. What can't be read isn't written over.
func userWatchers() (own []watch.Watcher, keep func([]watch.Watcher) error) {
	own, err := loadWatchers()
	if err != nil {
		return own, func([]watch.Watcher) error { return err }
	}
	return own, keepWatchers
}

// loadWatchers reads the user's own watchers. The error tells of those that make no sense.
func loadWatchers() (own []watch.Watcher, err error) {
	file, lines, err := ownWatchers.read()
	for _, line := range lines {
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
	e, ok := cutEntry(line)
	w := watch.Watcher{Name: e.name, Text: e.text}
	if rest, off := strings.CutPrefix(w.Text, "off"); off && (rest == "" || rest[0] == ' ') {
		w.Off, w.Text = true, strings.TrimSpace(rest)
	}
	switch {
	case !ok || w.Text == "" && !w.Off:
		return w, errors.New("a watcher is written 'name: condition', such as 'slow: dur > 1s'")
	case w.Text == "":
		return w, nil
	}
	return w, w.Check()
}

func keepWatchers(own []watch.Watcher) error {
	entries := make([]entry, len(own))
	for i, w := range own {
		entries[i] = entry{w.Name, w.Text}
		if w.Off {
			entries[i].text = strings.TrimSpace("off " + w.Text)
		}
	}
	return ownWatchers.write(entries)
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
