package config

import (
	"bytes"
	"errors"
	"fmt"
	"reflect"
	"regexp"
	"strings"
	"testing"
)

func settings() []Setting {
	long := func(s string) error {
		if len(s) > 9 {
			return fmt.Errorf("%q is too long", s)
		}
		return nil
	}
	return []Setting{
		{Name: "theme", About: "colours", Default: "auto", Env: "APP_THEME", Check: long},
		{Name: "mouse", Default: true, Env: "APP_MOUSE"},
		{Name: "listen", Default: []string{}, Env: "APP_LISTEN", Check: long},
		{Name: "editor", Default: "vi", From: "EDITOR"},
		{Name: "serve.sessions", Default: "256", Number: true, Check: long},
		{Name: "colors.dark.accent", Default: "#ffffff", Check: long},
		{Name: "keys.global.help", Default: []string{"?"}},
		{Name: "keys.global.quit", Default: []string{"q"}},
		{Name: "keys.calls.open", About: "open", Default: []string{"enter"}},
		{Name: "keys.calls.up", Default: []string{"?"}}, // as help has it, which is no conflict
		{Name: "keys.calls.trace", Default: []string{"t"}},
		{Name: "keys.flame.trace", Default: []string{"t"}},
	}
}

func together(a, b string) bool { return a == "global" || b == "global" }

func TestPrecedence(t *testing.T) {
	c := New(settings())
	env := map[string]string{"APP_THEME": "dark", "APP_LISTEN": "a,b", "APP_MOUSE": ""}
	file := "theme = 'light'\nmouse = false\nlisten = 'c'\n[keys]\ncalls.open = ['o', 'O']\n"
	if err := errors.Join(c.File("dir/config.toml", []byte(file)), c.Environ(func(name string) (string, bool) {
		v, ok := env[name]
		return v, ok
	})); err != nil {
		t.Fatal(err)
	}
	c.Flag("listen", "listen", []string{"d"})
	if c.String("theme") != "dark" || c.Bool("mouse") || c.List("listen")[0] != "d" || c.String("editor") != "vi" {
		t.Errorf("got %v", c.values)
	}
	if got := c.Set("keys"); !reflect.DeepEqual(got, map[string]any{"calls.open": []string{"o", "O"}}) {
		t.Errorf("set keys are %v", got)
	}
	var b strings.Builder
	if err := c.Write(&b); err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{
		`theme = "dark" +# APP_THEME`, `mouse = false +# config\.toml, line 2`, `listen = \["d"\] +# flag --listen`,
		`editor = "vi" +# EDITOR`, `\[keys\.calls\]\nopen = \["o", "O"\] +# open; config\.toml, line 5`, `accent = "#ffffff" +# default`,
	} {
		if !matches(want, b.String()) {
			t.Errorf("no %s in\n%s", want, b.String())
		}
	}
}

// What is printed sets the same values when it is read.
func TestWrittenIsRead(t *testing.T) {
	c := New(settings())
	if err := c.File("f", []byte("editor = 'a \"b\" \\ c'\n[keys.global]\nhelp = []\nquit = \"\\u0001\"")); err != nil {
		t.Fatal(err)
	}
	var b bytes.Buffer
	if err := c.Write(&b); err != nil {
		t.Fatal(err)
	}
	again := New(settings())
	if err := errors.Join(again.File("f", b.Bytes()), again.Exclusive("keys", together)); err != nil {
		t.Fatalf("%v in\n%s", err, b.String())
	}
	for i := range c.values {
		if !reflect.DeepEqual(c.values[i].value, again.values[i].value) {
			t.Errorf("%s is %v, and was %v", c.settings[i].Name, again.values[i].value, c.values[i].value)
		}
	}
}

func TestMistakes(t *testing.T) {
	for _, tt := range []struct{ file, want string }{
		{"theme = ", "f:1:"},
		{"theme = 'a'\ntheme = 'b'", "f:2:"},
		{"\n  moose = true", `f:2:3: there is no setting "moose"; did you mean "mouse"?`},
		{"xyzzy = 1", `f:1:1: there is no setting "xyzzy" ("goapptrace config" prints all that there are)`},
		{"mouse = 'no'", "f:1:1: mouse: needs true or false"},
		{"theme = 3", `f:1:1: theme: needs a text in quotes, such as "auto"`},
		{"theme = 'abcdefghijk'", `f:1:1: theme: "abcdefghijk" is too long`},
		{"listen = ['a', 1]", "f:1:1: listen: needs a text in quotes or a list"},
		{"listen = ['a', 'abcdefghijk']", `f:1:1: listen: "abcdefghijk" is too long`},
		{"keys = 1", "f:1:1: keys is a table of settings"},
		{"[theme]\na = 1", "f:1:2: theme is one setting, not a table"},
		{"[keys.cals]\nopen = 'o'", `f:1:2: there is no table [keys.cals]; did you mean "keys.calls"?`},
		{"[keys.calls]\nopne = 'o'", `f:2:1: there is no setting "keys.calls.opne"; did you mean "keys.calls.open"?`},
		{"[keys.flame]\nopen = 'o'", `f:2:1: there is no setting "keys.flame.open"; did you mean "keys.calls.open"?`},
		{"keys = { calls = { opn = 'o' } }", `f:1:20: there is no setting "keys.calls.opn"`},
		{"[[keys.calls]]\nopen = 'o'", "f:1:3: keys.calls is a table"},
	} {
		err := New(settings()).File("f", []byte(tt.file))
		if err == nil || !strings.Contains(err.Error(), tt.want) {
			t.Errorf("%q: got %v, want %s", tt.file, err, tt.want)
		}
	}
	err := New(settings()).File("f", []byte("b = 1\na = 1\n"))
	if err == nil || strings.Index(err.Error(), "f:1") > strings.Index(err.Error(), "f:2") {
		t.Errorf("mistakes aren't told in their order: %v", err)
	}
	err = New(settings()).Environ(func(string) (string, bool) { return "maybe", true })
	if err == nil || err.Error() != `APP_MOUSE="maybe": needs true or false` {
		t.Errorf("the environment's mistake is %v", err)
	}
}

// What is a number for users needs no quotes, and is checked as the text that it would be in quotes.
func TestNumbers(t *testing.T) {
	for _, file := range []string{"serve.sessions = 16", "[serve]\nsessions = '16'", "serve.sessions = 0x10"} {
		c := New(settings())
		if err := c.File("f", []byte(file)); err != nil || c.String("serve.sessions") != "16" {
			t.Errorf("%q: %v, %v", file, c.String("serve.sessions"), err)
		}
	}
	for _, file := range []string{"serve.sessions = 1.5", "serve.sessions = 1234567890"} {
		if err := New(settings()).File("f", []byte(file)); err == nil {
			t.Errorf("%q: no error", file)
		}
	}
}

func TestExclusive(t *testing.T) {
	for _, tt := range []struct{ file, want string }{
		{"", ""},
		{"calls.open = 'o'", ""},
		{"calls.trace = 'g'\nflame.trace = 'g'", ""}, // never at the same time
		{"calls.trace = 'o'\ncalls.open = 't'", ""},
		{"calls.up = ['?', 'u']", ""}, // it and help have this key by default
		{"calls.open = ['?', 'u']", `f:2:1: keys.calls.open: "?" is the key of global.help, calls.up too`},
		{"calls.open = 't'", `f:2:1: keys.calls.open: "t" is the key of calls.trace too`},
		{"global.help = 't'", `f:2:1: keys.global.help: "t" is the key of calls.trace, flame.trace too`},
		{"calls.open = ['o', 'q']", `f:2:1: keys.calls.open: "q" is the key of global.quit too`},
		{"calls.open = 'o'\ncalls.trace = 'o'", `f:3:1: keys.calls.trace: "o" is the key of calls.open too`},
	} {
		c := New(settings())
		if err := c.File("f", []byte("[keys]\n"+tt.file)); err != nil {
			t.Fatal(err)
		}
		got := ""
		if err := c.Exclusive("keys", together); err != nil {
			got = err.Error()
		}
		if tt.want == "" && got != "" || !strings.Contains(got, tt.want) || strings.Count(got, "\n") > 0 {
			t.Errorf("%q: got %q, want %q", tt.file, got, tt.want)
		}
	}
}

func FuzzFile(f *testing.F) {
	for _, s := range []string{"", "theme = 'a'", "[keys]\ncalls.open = ['o']", "keys = { calls = { open = 'o' } }", "[[a]]", "a = 1979-05-27", "\"\" = 1"} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(_ *testing.T, text []byte) { _ = New(settings()).File("f", text) })
}

func matches(pattern, text string) bool { return regexp.MustCompile(pattern).MatchString(text) }
