package safe

import (
	"strings"
	"unicode/utf8"
)

// replacements are for what we write ourselves.
var replacements = map[rune]byte{
	'…': '~', '×': 'x', '·': '.', 'µ': 'u', '↑': '^', '↓': 'v', '←': '<', '→': '>', '↵': '<', '–': '-',
}

// ASCII replaces whatever is not ASCII in text that may hold styles, cell by cell: what has no likeness by question marks.
func ASCII(s string) string {
	if strings.IndexFunc(s, func(r rune) bool { return r >= utf8.RuneSelf }) < 0 {
		return s
	}
	var b strings.Builder
	for _, r := range s {
		switch c, known := replacements[r]; {
		case r < utf8.RuneSelf:
			b.WriteRune(r)
		case known:
			b.WriteByte(c)
		default:
			b.WriteString(strings.Repeat("?", Width(string(r))))
		}
	}
	return b.String()
}
