package session

import (
	"strings"
	"testing"

	"goapptrace/protocol"
)

func TestLogOfStrangersText(t *testing.T) {
	for _, tt := range []struct {
		in   protocol.Text
		want string
	}{
		{"", ""},
		{"the program shut down", "the program shut down"},
		{`it begins with "GET "`, `it begins with "GET "`},
		{"商店", "商店"},
		{"a\x1b[2Jb", `"a\x1b[2Jb"`},
		{"a\nlevel=ERROR", `"a\nlevel=ERROR"`},
		{"\u202egnp.exe", `"\u202egnp.exe"`},
		{"\u009b2J", `"\u009b2J"`},
		{"\xff", `"\xff"`},
		{protocol.Text(strings.Repeat("x", 300)), strings.Repeat("x", 256) + "..."},
	} {
		if got := quote(tt.in); got != tt.want {
			t.Errorf("%q is logged as %s, want %s", tt.in, got, tt.want)
		}
	}
}
