package agent

import (
	"testing"

	"goapptrace/tracee/hook"
)

func TestMatches(t *testing.T) {
	const method, gen = "example.com/shop/store.(*DB).Load", "example.com/x.v2/list.Map[go.shape.int,a/b.T].f"
	for _, test := range []struct {
		pattern, name string
		want          bool
	}{
		{method, method, true},
		{"store.(*DB).Load", method, true},
		{"store.*", method, true},
		{"*.Load", method, true},
		{"Load", method, false},
		{"store", method, true},
		{"example.com/shop/store", method, true},
		{"example.com/shop", method, false},
		{"example.com/shop/*", method, true},
		{"stor", method, false},
		{"list.Map*", gen, true},
		{"b.T*", gen, false},
		{"gopkg.in/yaml.v3", "gopkg.in/yaml%2ev3.Unmarshal", true},
	} {
		if got := matches(test.pattern, test.name); got != test.want {
			t.Errorf("matches(%q, %q) = %v", test.pattern, test.name, got)
		}
	}
}

func TestEnvironmentRules(t *testing.T) {
	rules := environmentRules("store.*,a.*", " store.hash* , a.*,", "*,store.hashAll,a.*")
	for name, want := range map[string]hook.Detail{
		"m/store.Load":    hook.Full,
		"m/store.hash":    hook.Count,
		"m/store.hashAll": hook.Off,
		"main.main":       hook.Off,
		"a.f":             hook.Full, // of equals, the one that tells most
	} {
		if got, pin := detailOf(rules, name); got != want || !pin {
			t.Errorf("%s is traced in mode %d, want %d", name, got, want)
		}
	}
	if rules := environmentRules("", " ,", ""); len(rules) > 0 {
		t.Errorf("nothing makes rules %v", rules)
	}
	if got, pin := detailOf(nil, "main.main"); got != hook.Full || pin {
		t.Errorf("without rules the mode is %d", got)
	}
}
