package ui

import (
	"io"
	"time"

	"goapptrace/model"
	"goapptrace/watch"
)

// Config is what the screen is about. Store or Remote is needed; the rest may be zero.
type Config struct {
	Store     *model.Store
	Remote    Store // instead of Store
	Commander Commander
	Program   Program // the program that we started, nil when we only listen

	// Input is the standard input of Program, nil when it isn't ours to write to. Write, which gets one line at a time,
	// and Close return at once.
	Input io.WriteCloser

	Addresses []string // what is listened on
	Notices   []string // what the user should know of them, such as a port that was taken
	Hint      string   // the command that the empty screen offers, "goapptrace run ./cmd/app" when empty
	BuiltHint string   // and the one for a program that was built with hooks before; none when empty
	// Filters are those that the user has named, KeepFilters keeps them for the next time; nil when nobody can.
	Filters     []SavedFilter
	KeepFilters func([]SavedFilter) error

	// Watch is what watchers have found, nil when nobody watches. KeepWatchers keeps the user's own for the next time; nil
	// when nobody can.
	Watch        *watch.Watch
	KeepWatchers func([]watch.Watcher) error
	Findings     Findings // instead of Watch: what watchers elsewhere have found, which aren't this viewer's to change

	// Company is who else looks at the store, Self which of them this viewer is; nil when nobody else can.
	Company Company
	Self    uint64
	// Away says that the terminal is on another machine: nothing is typed to programs, opened or kept here, and the watchers are
	// those of all.
	Away bool
	// ReadOnly says why this viewer may do nothing to sessions; empty when he may.
	ReadOnly string

	Editor string // command that opens a source file; without it there is no such key

	ASCII   bool // draw with ASCII alone
	NoMouse bool
	Theme   Theme

	// DarkColors and LightColors are the colours that the themes have instead of their own, by the names of [ThemeColors].
	DarkColors, LightColors map[string]string
	Keys                    map[string]map[string][]string // instead of those of [Actions], by scope and name
	Columns                 map[string][]string            // that the tables show, in order, by the names of [Columns]; nil for all

	Account *Account // of what the screen may cost, nil without bounds

	Now func() time.Time // the clock, [time.Now] when nil
}

// Program is a program that was started together with the screen. Its methods return at once.
type Program interface {
	Name() string
	Running() bool
	// Stop asks the program to end.
	Stop()
}

// Theme says what the colours are made for.
type Theme uint8

// The themes.
const (
	ThemeAuto Theme = iota // what the terminal says of its background
	ThemeDark
	ThemeLight
)
