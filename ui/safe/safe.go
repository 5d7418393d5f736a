// Package safe turns text that a stranger chose into text that may be written to a terminal.
//
// [Text] and [String] clean one line, [Lines] several. Whatever a terminal would obey, hide, reorder or join comes out
// as the escape that Go source would use for it: \x1b, \u202e, \xff. The rest of the package measures and cuts what
// has been cleaned: [Width], [Clip], [ClipLeft], [Pad], [Fit].
//
// Cleaned text has the same width whether a terminal measures it by rune or by grapheme, and does not change the
// width of what stands before or after it.
package safe

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"goapptrace/protocol"
)

// Longest bounds a cleaned line, in bytes; more is cut and ends in an ellipsis.
// It leaves room for a name of 4,096 bytes of which each needs an escape.
const Longest = 16 << 10

// mostMarks is how many combining marks a letter may carry. Scripts in use need no more.
const mostMarks = 3

const ellipsis = "…"

// Text cleans a peer's text for one line.
func Text(t protocol.Text) string { return String(string(t)) }

// String cleans s for one line: line breaks and tabs come out as escapes too.
func String(s string) string {
	if plain(s) && len(s) <= Longest {
		return s
	}
	var b strings.Builder
	marks := mostMarks // a leading mark would join what stands before
	for i := 0; i < len(s); {
		r, size := utf8.DecodeRuneInString(s[i:])
		if b.Len()+utf8.UTFMax > Longest {
			b.WriteString(ellipsis)
			break
		}
		marks = write(&b, r, s[i:i+size], marks)
		i += size
	}
	return b.String()
}

// Lines cleans s and keeps its line breaks, as lines; tabs become spaces up to the next multiple of eight.
func Lines(t protocol.Text) []string {
	s := strings.TrimSuffix(string(t), "\n")
	lines := strings.Split(s, "\n")
	for i, line := range lines {
		lines[i] = expand(strings.TrimSuffix(line, "\r"))
	}
	return lines
}

func expand(line string) string {
	const stop = 8
	if !strings.Contains(line, "\t") {
		return String(line)
	}
	var b strings.Builder
	width := 0
	for i, part := range strings.Split(line, "\t") {
		if i > 0 {
			n := stop - width%stop
			b.WriteString(strings.Repeat(" ", n))
			width += n
		}
		part = String(part)
		b.WriteString(part)
		width += Width(part)
	}
	return b.String()
}

// plain says whether s is printable ASCII, as most of what programs send is.
func plain(s string) bool {
	for i := range len(s) {
		if s[i] < ' ' || s[i] > '~' {
			return false
		}
	}
	return true
}

// write adds the rune whose encoding is raw, and returns how many combining marks stand after the last letter.
func write(b *strings.Builder, r rune, raw string, marks int) int {
	switch {
	case r == utf8.RuneError && len(raw) == 1:
		writeByte(b, raw[0])
		return 0
	case !visible(r):
		writeEscape(b, r)
		return 0
	case unicode.Is(unicode.M, r):
		if marks >= mostMarks {
			writeEscape(b, r)
			return marks
		}
		b.WriteRune(r)
		return marks + 1
	}
	b.WriteRune(r)
	return 0
}

const hex = "0123456789abcdef"

func writeByte(b *strings.Builder, c byte) {
	b.WriteString(`\x`)
	b.WriteByte(hex[c>>4])
	b.WriteByte(hex[c&15])
}

func writeEscape(b *strings.Builder, r rune) {
	switch {
	case r == '\n':
		b.WriteString(`\n`)
	case r == '\r':
		b.WriteString(`\r`)
	case r == '\t':
		b.WriteString(`\t`)
	case r < utf8.RuneSelf:
		writeByte(b, byte(r))
	case r <= 0xffff:
		b.WriteString(`\u`)
		writeHex(b, r, 12)
	default:
		b.WriteString(`\U`)
		writeHex(b, r, 28)
	}
}

func writeHex(b *strings.Builder, r rune, shift int) {
	for ; shift >= 0; shift -= 4 {
		b.WriteByte(hex[r>>shift&15])
	}
}
