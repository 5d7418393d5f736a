package ui

import (
	"slices"
	"testing"

	"goapptrace/protocol"
)

func TestArgsOf(t *testing.T) {
	for _, tt := range []struct{ name, args, want protocol.Text }{
		{"main.order", "id=1, gift=true", "id=1, gift=true"},
		{"example.com/shop/store.(*DB).Load", `db=&DB{a: "}, ", b: [1, 2]}, key="a, b"`, `key="a, b"`},
		{"store.(*DB).Close", "db=&DB{}", ""},
		{"store.Key.String", "k=7, x=1", "x=1"},
		{"store.(*DB).Load.func1", "x=1, y=2", "x=1, y=2"},
		{"store.Open.func1", "x=1, y=2", "x=1, y=2"},
		{"store.(*Cache[...]).Get", "c=&Cache{}, key=1", "key=1"},
		{"store.Map[example.com/b.T].Get", "m={}, key=1", "key=1"},
		{"store.Map[...]", "m=1, key=1", "m=1, key=1"},
		{"store.(*DB).Odd", `a="\", b={`, ""},
		{"store.(*DB).Odd", "a=)),", ""},
		{"store.(*DB).None", "", ""},
		{"", "a=1, b=2", "a=1, b=2"},
	} {
		if got := argsOf(tt.name, tt.args); got != tt.want {
			t.Errorf("%s(%s): %q, want %q", tt.name, tt.args, got, tt.want)
		}
	}
}

func TestSplitValues(t *testing.T) {
	for values, want := range map[protocol.Text][]protocol.Text{
		"":                          nil,
		"a=1":                       {"a=1"},
		`a={1, "}"}, b="x, \"y", 3`: {"a={1, \"}\"}", `b="x, \"y"`, "3"},
		",":                         {""},
		"a,,b":                      {"a", "", "b"},
	} {
		if got := splitValues(values); !slices.Equal(got, want) {
			t.Errorf("%q: %q, want %q", values, got, want)
		}
	}
}
