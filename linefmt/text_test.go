package linefmt

import (
	"encoding/json"
	"strings"
	"testing"
	"unicode/utf8"

	"goapptrace/ui/safe"
)

// FuzzJSONText checks that any text comes back from JSON as it was, and that a terminal can show the line.
func FuzzJSONText(f *testing.F) {
	for _, s := range []string{"", "main.(*T[...]).f", "\"\\\n\t\r\x00\x7f", "\u009b31m\u202e\u200b\ufeff", "\xff\xc0\x80", "é漢字🚀\U000e0041", "a\u0301"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		line := AppendText(nil, s)
		var back string
		if err := json.Unmarshal(line, &back); err != nil {
			t.Fatalf("%s: %v", line, err)
		}
		if want := strings.ToValidUTF8(s, "\ufffd"); utf8.ValidString(s) && back != want {
			t.Errorf("%q came back as %q", s, back)
		}
		if len(line) <= safe.Longest && safe.String(string(line)) != string(line) {
			t.Errorf("%s is not fit for a terminal", line)
		}
	})
}
