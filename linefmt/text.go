package linefmt

import (
	"unicode/utf8"

	"goapptrace/protocol"
	"goapptrace/ui/safe"
)

// Text is a stranger's text in JSON: what a terminal would obey or hide leaves as an escape, so that the
// lines can be looked at. Reading them gives the text back, but for invalid UTF-8, which becomes U+FFFD.
type Text protocol.Text

// MarshalJSON implements [encoding/json.Marshaler].
func (t Text) MarshalJSON() ([]byte, error) { return AppendText(nil, string(t)), nil }

// AppendText writes s with its quotes.
func AppendText(dst []byte, s string) []byte {
	dst = append(dst, '"')
	for i := 0; i < len(s); {
		if c := s[i]; c < utf8.RuneSelf {
			dst = appendByte(dst, c)
			i++
			continue
		}
		r, size := utf8.DecodeRuneInString(s[i:])
		piece := s[i : i+size]
		i += size
		if r != utf8.RuneError && safe.String(piece) == piece {
			dst = append(dst, piece...)
			continue
		}
		dst = appendEscaped(dst, r)
	}
	return append(dst, '"')
}

func appendByte(dst []byte, c byte) []byte {
	switch {
	case c == '"' || c == '\\':
		return append(dst, '\\', c)
	case c == '\n':
		return append(dst, `\n`...)
	case c == '\t':
		return append(dst, `\t`...)
	case c < ' ' || c == 0x7f:
		return appendEscaped(dst, rune(c))
	}
	return append(dst, c)
}

// appendEscaped writes r as one \u escape, or as two when it needs a surrogate pair.
func appendEscaped(dst []byte, r rune) []byte {
	if r > 0xffff {
		r -= 0x10000
		dst = appendEscaped(dst, 0xd800|r>>10)
		return appendEscaped(dst, 0xdc00|r&0x3ff)
	}
	const digits = "0123456789abcdef"
	return append(dst, '\\', 'u', digits[r>>12&15], digits[r>>8&15], digits[r>>4&15], digits[r&15])
}
