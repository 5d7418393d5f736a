package cli

import (
	"fmt"
	"os"
	"reflect"
	"strings"
	"testing"
	"time"

	"goapptrace/remote"
	"goapptrace/session"
)

// docs/limits.md has every limit with its default, and no other ones.
func TestLimitsAreDocumented(t *testing.T) {
	text, err := os.ReadFile("../docs/limits.md")
	if err != nil {
		t.Fatal(err)
	}
	programs, viewers := session.DefaultLimits(), remote.DefaultLimits()
	want := map[string]any{}
	for _, l := range programs.All() {
		want[l.Name] = l.Value
	}
	for _, l := range viewers.All() {
		want["ssh-"+l.Name] = l.Value
	}
	if n := reflect.TypeFor[session.Limits]().NumField() + reflect.TypeFor[remote.Limits]().NumField(); n != len(want) {
		t.Errorf("%d limits have names for users, of %d", len(want), n)
	}
	for line := range strings.Lines(string(text)) {
		cells := strings.Split(line, " | ")
		name, isName := strings.CutPrefix(cells[0], "| `")
		if !isName {
			continue
		}
		name = strings.TrimSuffix(name, "`")
		limit, known := want[name]
		if !known {
			t.Errorf("there is no limit %q", name)
			continue
		}
		if delete(want, name); cells[1] != limitText(limit, cells[1]) {
			t.Errorf("%s is %s, told as %q", name, limitText(limit, cells[1]), cells[1])
		}
	}
	for name := range want {
		t.Errorf("%s isn't told", name)
	}
}

// limitText is a limit as the document has it: numbers with a unit of bytes if like has one.
func limitText(limit any, like string) string {
	switch v := limit.(type) {
	case *time.Duration:
		told, _ := time.ParseDuration(like)
		if told == *v {
			return like
		}
		return v.String()
	case *int:
		if s := size(*v); strings.HasSuffix(like, "B") {
			return s.String()
		}
		return fmt.Sprint(*v)
	}
	return ""
}
