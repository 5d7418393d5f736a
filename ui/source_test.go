package ui

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"goapptrace/model"
	"goapptrace/protocol"
	"goapptrace/ui/safe"
)

const shopSource = `package shop

import "fmt"

// Place says "func" and ` + "`raw`" + `.
func (s *Service) Place(n int) error {
	if n > 0x10 { // too many
		return s.fail(fmt.Sprint("no\x1b[31m", n))
	}
	for range n {
		load[int](s, func() error { return nil })
	}
	load[int](s, nil)
	return nil
}

func (s *Service) fail(text string) error { return fmt.Errorf(text) }

func load[T any](s *Service, f func() error) {
	if f != nil {
		go func() {
			f()
		}()
	}
}
`

// sourceFile writes the shop's source, as it was a while before the fixture's sessions began.
func sourceFile(t *testing.T, changed time.Time) protocol.Text {
	t.Helper()
	file := filepath.Join(t.TempDir(), "shop.go")
	if err := os.WriteFile(file, []byte(shopSource), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := os.Chtimes(file, changed, changed); err != nil {
		t.Fatal(err)
	}
	return protocol.Text(file)
}

// codeText is views as they are drawn, without colours.
func codeText(views []codeView) string {
	var b strings.Builder
	for _, v := range views {
		b.WriteString(v.heading + "\n")
		for _, line := range newTestEnv().codeLines(v, 60) {
			b.WriteString(safe.Plain(line) + "\n")
		}
	}
	return b.String()
}

func TestSourceOfCalls(t *testing.T) {
	began := fixtureNow.Add(-time.Hour)
	file := sourceFile(t, began.Add(-time.Hour))
	at := func(name protocol.Text, line uint64) model.CallRow {
		return model.CallRow{Name: "example.com/shop." + name, File: file, Line: line}
	}
	place := at("(*Service).Place", 6)
	for _, tt := range []struct {
		name         string
		call, caller model.CallRow
		want         []string
		lacks        string
	}{
		{"the function", at("(*Service).fail", 17), place, []string{
			"source\n▸17 func (s *Service) fail(text string) error {", "called from\n  6 func", `▸ 8         return s.fail(fmt.Sprint("no\x1b[31m", n))`,
		}, "package"},
		{"of a type parameter", at("load[...]", 19), place, []string{
			"▸19 func load[T any]", " 25 }", "called from\none of 2 places", "▸11         load[int](s, func", "▸13     load[int](s, nil)",
		}, "package"},
		{"a literal", at("load[...].func1", 21), at("load[...]", 19), []string{"▸21         go func() {\n 22             f()\n 23         }()"}, "called from"},
		{"another caller", at("(*Service).fail", 17), at("load[...]", 19), []string{"▸17 func"}, "called from"},
		{"no such line", at("gone", 90), place, []string{"the file has fewer lines"}, "▸"},
		{"between functions", at("init", 3), place, []string{" 1 package shop", `▸ 3 import "fmt"`}, "called from"},
	} {
		got := codeText(codeOf(tt.call, &tt.caller, began))
		for _, want := range tt.want {
			if !strings.Contains(got, want) {
				t.Errorf("%s: %q is not in\n%s", tt.name, want, got)
			}
		}
		if strings.Contains(got, tt.lacks) {
			t.Errorf("%s: %q is in\n%s", tt.name, tt.lacks, got)
		}
	}
}

func TestSourceThatCannotBeTrusted(t *testing.T) {
	began := fixtureNow
	call := model.CallRow{Name: "shop.(*Service).Place", File: sourceFile(t, began.Add(time.Hour)), Line: 6}
	if got := codeText(codeOf(call, nil, began)); !strings.Contains(got, "changed since the program started") || !strings.Contains(got, "▸ 6 func") {
		t.Errorf("of a file that is newer:\n%s", got)
	}
	huge := filepath.Join(t.TempDir(), "huge.go")
	if err := os.WriteFile(huge, make([]byte, maxSource+1), 0o600); err != nil {
		t.Fatal(err)
	}
	for file, want := range map[string]string{
		"":                      "is not known",
		"shop/server.go":        "is not known",
		"/no/such/\x1b[31m.go":  `/no/such/\x1b[31m.go is not on this machine`,
		os.DevNull:              "is no Go source file",
		filepath.Dir(huge):      "is no Go source file",
		huge:                    "is too long to be shown",
		filepath.Dir(huge) + "": "is no Go source file",
	} {
		call.File = protocol.Text(file)
		got := strings.ReplaceAll(codeText(codeOf(call, nil, began)), "\n", "")
		if !strings.Contains(got, want) {
			t.Errorf("%q: %q is not in %s", file, want, got)
		}
	}
}

// Each token has its kind, and no text is lost, whatever the file holds.
func TestExcerpt(t *testing.T) {
	s := newSource([]byte(shopSource), time.Time{})
	kinds := map[string]codeKind{}
	var lines []string
	for _, parts := range s.excerpt(1, 1000) {
		line := ""
		for _, part := range parts {
			line += part.text
			kinds[strings.TrimSpace(part.text)] = part.kind
		}
		lines = append(lines, line)
	}
	if got := strings.Join(lines, "\n") + "\n"; got != shopSource {
		t.Errorf("the excerpt of all is\n%s", got)
	}
	for text, want := range map[string]codeKind{
		"func": codeKeyword, "// too many": codeComment, "0x10": codeNumber, `"fmt"`: codeString, "nil": codeBuiltin, "int": codeBuiltin, "Place": codePlain,
	} {
		if kinds[text] != want {
			t.Errorf("%q is of kind %d, want %d", text, kinds[text], want)
		}
	}
	for _, broken := range []string{"", "\x00\xff{{{", "package x\nfunc (", "`\n`", "/*", "\n\n", "func f() {\r\n}\r\n"} {
		s := newSource([]byte(broken), time.Time{})
		s.function(1)
		s.excerpt(1, 9)
	}
}

// A call's detail reads its source when it is opened, and leads to the packet and to the caller.
func TestCallDetailShowsSource(t *testing.T) {
	f := newFixture(t)
	s := f.open("src", 77, time.Minute)
	begin := s.Row(fixtureNow).Opened
	file := sourceFile(t, begin.Add(-time.Hour))
	f.frame(s, begin, protocol.In, &protocol.SymbolPacket{Symbols: &protocol.Symbols{
		Funcs:      []*protocol.FuncSymbol{{ID: 1, Name: "shop.(*Service).Place", File: file}, {ID: 2, Name: "shop.(*Service).fail", File: file}},
		FuncStatus: []*protocol.FuncStatus{{ID: 1, Func: 1, Line: 6}, {ID: 2, Func: 2, Line: 17}},
	}})
	f.send(s, begin, 1, []protocol.Event{
		{Time: 1e6, Func: 1, G: 1}, {Time: 2e6, Func: 2, G: 1}, {Time: 3e6, Func: 2, G: 1, Kind: protocol.LeaveError},
	})
	sc := newScreen(t, Config{Store: f.store, Addresses: addresses}, 120, 36)
	sc.selectSession(s.ID())
	sc.press("enter")
	sc.wants("Call 2", "packet     #4", "source", "▸17 func (s *Service) fail(text string) error {", "called from", "▸ 8         return s.fail(")
	sc.press("u")
	sc.wants("Call 1", "▸ 6 func (s *Service) Place(n int) error {")
	sc.press("esc")
	sc.wants("1 Calls")
	sc.press("P")
	sc.wants("FuncLogBatch")
}
