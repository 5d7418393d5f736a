package cli

import (
	"cmp"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/spf13/pflag"

	"goapptrace/config"
	"goapptrace/session"
	"goapptrace/ui"
)

// maxConfigFile bounds what is read of the file with settings, in bytes.
const maxConfigFile = 1 << 20

// What the commands show a trace as, unless a flag says otherwise.
const (
	outputScreen = "screen"
	outputPlain  = "plain"
	outputJSON   = "json"
)

// settingsError says that the user's settings make no sense.
type settingsError struct{ err error }

func (e *settingsError) Error() string { return e.err.Error() }
func (e *settingsError) Unwrap() error { return e.err }

// userFile is where a file of the user's is kept.
func userFile(name string) (string, error) {
	dir, err := os.UserConfigDir()
	if err != nil {
		return "", err
	}
	return filepath.Join(dir, "goapptrace", name), nil
}

// settingsFile is the file with settings: the one that the user has named, or the usual one.
func settingsFile(flags *pflag.FlagSet) (file string, named bool, err error) {
	if file, err = flags.GetString(configFlag); file != "" || err != nil {
		return file, true, err
	}
	file, err = userFile("config.toml")
	return file, false, err
}

// loadSettings are the user's settings: the file's, over them the environment's, and over these the flags'.
func loadSettings(flags *pflag.FlagSet) (*config.Config, error) {
	c := config.New(allSettings())
	if err := readSettings(c, flags); err != nil {
		return nil, &settingsError{err}
	}
	if err := c.Environ(os.LookupEnv); err != nil {
		return nil, &settingsError{err}
	}
	flags.Visit(func(f *pflag.Flag) { setByFlag(c, f) })
	return c, nil
}

// configFlag is the flag that names another file with settings.
const configFlag = "config"

// readSettings takes in the file, if there is one. One that the user has named has to be there.
func readSettings(c *config.Config, flags *pflag.FlagSet) error {
	file, named, err := settingsFile(flags)
	if err != nil {
		return nil //nolint:nilerr // without a home there is no file
	}
	text, err := os.ReadFile(file)
	switch {
	case errors.Is(err, fs.ErrNotExist) && !named:
		return nil
	case err == nil && len(text) > maxConfigFile:
		err = fmt.Errorf("%q is too large for settings: mend or remove it", file)
	}
	if err != nil {
		return fmt.Errorf("settings: %w", err)
	}
	if err := c.File(file, text); err != nil {
		return err
	}
	return c.Exclusive("keys", ui.Together)
}

// setByFlag lets a flag that was given decide what it is about.
func setByFlag(c *config.Config, f *pflag.Flag) {
	given := f.Value.String() == "true"
	switch f.Name {
	case "ascii":
		c.Flag("ascii", f.Name, given)
	case "no-mouse":
		c.Flag("mouse", f.Name, !given)
	case "memory", "theme":
		c.Flag(f.Name, f.Name, f.Value.String())
	case "listen":
		c.Flag("listen", f.Name, f.Value.(pflag.SliceValue).GetSlice())
	case "plain", "json":
		output := outputScreen
		if given {
			output = f.Name
		}
		c.Flag("output", f.Name, output)
	}
}

// settle takes what no flag says from the user's settings.
func (o *viewOptions) settle(flags *pflag.FlagSet) (err error) {
	if o.settings, err = loadSettings(flags); err != nil {
		return err
	}
	o.ascii, o.noMouse = o.settings.Bool("ascii"), !o.settings.Bool("mouse")
	o.output = o.settings.String("output")
	return errors.Join(o.memory.Set(o.settings.String("memory")), o.theme.Set(o.settings.String("theme")))
}

// dress tells the screen the user's settings.
func (o *viewOptions) dress(c *ui.Config) {
	s := o.settings
	c.Editor, c.ASCII, c.NoMouse, c.Theme = s.String("editor"), o.ascii, o.noMouse, o.theme.theme
	c.DarkColors, c.LightColors = texts(s.Set("colors.dark")), texts(s.Set("colors.light"))
	c.Keys, c.Columns = map[string]map[string][]string{}, map[string][]string{}
	for tab, names := range s.Set("columns") {
		c.Columns[tab] = names.([]string)
	}
	for name, keys := range s.Set("keys") {
		scope, action, _ := strings.Cut(name, ".")
		if c.Keys[scope] == nil {
			c.Keys[scope] = map[string][]string{}
		}
		c.Keys[scope][action] = keys.([]string)
	}
}

func texts(values map[string]any) map[string]string {
	all := make(map[string]string, len(values))
	for name, v := range values {
		all[name] = v.(string)
	}
	return all
}

// allSettings are the settings that there are.
func allSettings() []config.Setting {
	memory := size(defaultMemory)
	list := []config.Setting{
		{
			Name: "theme", About: "what the colours are made for: auto (what the terminal says), dark or light",
			Default: "auto", Env: "GOAPPTRACE_THEME", Check: new(themeFlag).Set,
		},
		{Name: "mouse", About: "whether the screen takes the mouse", Default: true, Env: "GOAPPTRACE_MOUSE"},
		{Name: "ascii", About: "whether the screen is drawn with ASCII alone", Default: false, Env: "GOAPPTRACE_ASCII"},
		{
			Name: "output", About: "what run, test and watch show where there is a terminal: screen, plain or json",
			Default: outputScreen, Env: "GOAPPTRACE_OUTPUT", Check: oneOf(outputScreen, outputPlain, outputJSON),
		},
		{
			Name: "memory", About: "how much the screen keeps of all programs together",
			Default: memory.String(), Env: "GOAPPTRACE_MEMORY", Check: new(size).Set,
		},
		{
			Name: "listen", About: "where watch and serve listen: unix:///path, tcp://host:port or tls://host:port; none for the default addresses",
			Default: []string{}, Env: "GOAPPTRACE_LISTEN", Check: session.CheckAddress,
		},
		editorSetting(),
	}
	list = append(list, serveSettings()...)
	list = append(list, columnSettings()...)
	list = append(list, colorSettings("dark", true)...)
	list = append(list, colorSettings("light", false)...)
	return append(list, keySettings()...)
}

func editorSetting() config.Setting {
	s := config.Setting{
		Name: "editor", About: "the command that opens source files", Default: os.Getenv("EDITOR"), Env: "GOAPPTRACE_EDITOR",
	}
	if s.Default != "" {
		s.From = "EDITOR"
	}
	return s
}

func columnSettings() (list []config.Setting) {
	columns := ui.Columns()
	for _, tab := range slices.Sorted(maps.Keys(columns)) {
		list = append(list, config.Setting{Name: "columns." + tab, Default: columns[tab], Check: oneOf(columns[tab]...)})
	}
	return list
}

func colorSettings(theme string, dark bool) (list []config.Setting) {
	names, values := ui.ThemeColors(dark)
	for _, name := range names {
		list = append(list, config.Setting{Name: "colors." + theme + "." + name, Default: values[name], Check: ui.CheckColor})
	}
	return list
}

func keySettings() (list []config.Setting) {
	for _, a := range ui.Actions() {
		list = append(list, config.Setting{Name: "keys." + a.Scope + "." + a.Name, About: a.Does, Default: a.Keys, Check: ui.CheckKey})
	}
	return list
}

// oneOf checks that a text is one of several.
func oneOf(known ...string) func(string) error {
	return func(text string) error {
		if slices.Contains(known, text) {
			return nil
		}
		return fmt.Errorf("%q is none of %s", text, strings.Join(known, ", "))
	}
}

// themeFlag is a theme as a flag.
type themeFlag struct {
	theme ui.Theme
	name  string
}

var themes = map[string]ui.Theme{"auto": ui.ThemeAuto, "dark": ui.ThemeDark, "light": ui.ThemeLight}

// Set implements [github.com/spf13/pflag.Value].
func (t *themeFlag) Set(text string) error {
	theme, ok := themes[text]
	if !ok {
		return fmt.Errorf("%q is none of auto, dark, light", text)
	}
	t.theme, t.name = theme, text
	return nil
}

// String implements [github.com/spf13/pflag.Value].
func (t *themeFlag) String() string { return cmp.Or(t.name, "auto") }

// Type implements [github.com/spf13/pflag.Value].
func (*themeFlag) Type() string { return "theme" }
