package ui

import (
	"fmt"
	"strings"

	"goapptrace/ui/safe"
)

// hexdumpWidth is how many cells a row of n bytes takes.
func hexdumpWidth(n int) int { return len("000000  ") + 3*n + n/8 + n }

// mostDumped bounds what is shown of a packet in hex.
const mostDumped = 64 << 10

// hexdump shows data as rows of n bytes: offset, hex, and the characters that are printable ASCII.
func (e *env) hexdump(data []byte, n int) []string {
	left := max(0, len(data)-mostDumped)
	data = data[:len(data)-left]
	var lines []string
	for offset := 0; offset < len(data); offset += n {
		lines = append(lines, e.hexRow(offset, data[offset:min(offset+n, len(data))], n))
	}
	if left > 0 {
		lines = append(lines, e.styles.Text.Dim.Render(e.glyphs.Ellipsis+" and "+formatBytes(uint64(left))+" more"))
	}
	return lines
}

func (e *env) hexRow(offset int, row []byte, n int) string {
	var digits, characters strings.Builder
	for i, c := range row {
		if i > 0 && i%8 == 0 {
			digits.WriteByte(' ')
		}
		fmt.Fprintf(&digits, "%02x ", c)
		if c < ' ' || c > '~' {
			c = '.'
		}
		characters.WriteByte(c)
	}
	text := e.styles.Text
	return text.Dim.Render(fmt.Sprintf("%06x", offset)) + "  " +
		text.Plain.Render(safe.Pad(digits.String(), 3*n+n/8)) + text.Type.Render(safe.Pad(characters.String(), n))
}
