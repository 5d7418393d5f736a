package ui

import (
	"fmt"
	"slices"
	"strings"

	"goapptrace/protocol"
	"goapptrace/ui/safe"
)

// hexdumpWidth is how many cells a row of n bytes takes.
func hexdumpWidth(n int) int { return len("000000 ") + 1 + 3*n + (n-1)/8 + 1 + n }

// hexdump is bytes in rows, some of them marked.
type hexdump struct {
	env    *env
	data   []byte
	row    int                // bytes in a row
	marks  []protocol.Stretch // what is looked at
	lead   int32              // so many bytes of the first mark tell which field it is, or how long
	cursor int                // a byte that is chosen, -1 for none
}

// around picks the rows to show on so many lines: those of the marks, which may lie far apart, with what is around them.
// A negative row stands for those that are left out.
func (h *hexdump) around(lines int) (rows []int) {
	all := (len(h.data) + h.row - 1) / h.row
	first, last := h.markedRows()
	if most := max(1, (lines+1)/2); len(first) > most {
		first = first[:most]
	}
	if last-first[0] < lines || len(first) == 1 {
		return consecutive(first[0]-max(0, lines-1-(last-first[0]))/2, lines, all)
	}
	each := max(1, (lines-len(first)+1)/len(first))
	for _, r := range first {
		for _, next := range consecutive(r-(each-1)/2, each, all) {
			before := -1
			if len(rows) > 0 {
				before = rows[len(rows)-1]
			}
			if next <= before {
				continue
			}
			if before >= 0 && next > before+1 {
				rows = append(rows, -1)
			}
			rows = append(rows, next)
		}
	}
	return rows[:min(len(rows), lines)]
}

// markedRows are those in which marks begin, in order, and the one in which the last of them ends. Without any, it is the first.
func (h *hexdump) markedRows() (first []int, last int) {
	for _, m := range h.marks {
		first = append(first, int(m.From)/h.row)
		last = max(last, int(m.From+max(m.Len, 1)-1)/h.row)
	}
	if len(first) == 0 {
		first = []int{0}
	}
	slices.Sort(first)
	return slices.Compact(first), last
}

// consecutive are n rows of all, the first one as near to from as can be.
func consecutive(from, n, all int) []int {
	from = max(0, min(from, all-n))
	rows := make([]int, 0, n)
	for r := from; r < min(from+n, all); r++ {
		rows = append(rows, r)
	}
	return rows
}

// draw shows a row: offset, digits, and the characters that are printable ASCII. Marks stand in brackets, too.
func (h *hexdump) draw(row int) string {
	text := h.env.styles.Text
	if row < 0 {
		return text.Dim.Render(safe.Pad("   "+h.env.glyphs.Ellipsis, hexdumpWidth(h.row)))
	}
	offset := row * h.row
	digits, characters := runs{}, runs{}
	for i := range h.row {
		at := offset + i
		if i > 0 && i%8 == 0 {
			digits.add(" ", Paint{})
		}
		digits.add(h.bracket(at, i), text.Dim)
		if at >= len(h.data) {
			digits.add("  ", Paint{})
			characters.add(" ", Paint{})
			continue
		}
		paint := h.paint(at)
		digits.add(fmt.Sprintf("%02x", h.data[at]), paint)
		c := "."
		if b := h.data[at]; b >= ' ' && b <= '~' {
			c = string(rune(b))
		} else if paint == text.Plain {
			paint = text.Dim
		}
		characters.add(c, paint)
	}
	digits.add(h.bracket(offset+h.row, h.row), text.Dim)
	return text.Dim.Render(fmt.Sprintf("%06x", offset)) + " " + digits.String() + " " + characters.String()
}

// marked is the number of the mark that holds a byte, -1 for none.
func (h *hexdump) marked(at int) int {
	return slices.IndexFunc(h.marks, func(m protocol.Stretch) bool { return int(m.From) <= at && at < int(m.End()) })
}

// bracket is what stands ahead of the byte at a place of its row.
func (h *hexdump) bracket(at, i int) string {
	before, here := -1, -1
	if i > 0 {
		before = h.marked(at - 1)
	}
	if i < h.row {
		here = h.marked(at)
	}
	switch {
	case before == here:
		return " "
	case here >= 0:
		return "["
	}
	return "]"
}

func (h *hexdump) paint(at int) Paint {
	styles := h.env.styles
	switch mark := h.marked(at); {
	case at == h.cursor:
		return styles.List.Cursor
	case mark < 0:
		return styles.Text.Plain
	case mark == 0 && at < int(h.marks[0].From+h.lead):
		return styles.List.Marked
	}
	return styles.List.Selected
}

// runs joins neighbours in one paint, so that a row of bytes costs a few escape sequences.
type runs struct {
	b     strings.Builder
	text  strings.Builder
	paint Paint
}

func (r *runs) add(s string, p Paint) {
	if p != r.paint {
		r.flush()
		r.paint = p
	}
	r.text.WriteString(s)
}

func (r *runs) flush() {
	r.b.WriteString(r.paint.Render(r.text.String()))
	r.text.Reset()
}

func (r *runs) String() string {
	r.flush()
	return r.b.String()
}
