package ui

import (
	"cmp"
	"slices"
)

// gapIn is the room between two columns of a table of so many cells.
func gapIn(width int) int {
	const narrow = 64
	if width < narrow {
		return 1
	}
	return 2
}

// tableColumn is a column of a table.
type tableColumn struct {
	title string
	short string // the title where there is no room for it
	// min, want and most are widths in cells. First every column gets its least, then those of the lowest ranks what
	// they want, and what is still left is shared out in proportion to how much more each can use.
	min, want, most int
	right           bool // its cells are right-aligned
	rank            int  // when there is no room for all, the highest rank goes first; 0 stays
}

// fit returns the width of each column, 0 for those that have no room. With a gap between any two the columns take
// no more than width cells.
func fit(columns []tableColumn, width, gap int) []int {
	widths := make([]int, len(columns))
	for i, c := range columns {
		widths[i] = c.min
	}
	for taken(widths, gap) > width {
		if !dropOne(columns, widths) {
			shrink(widths, taken(widths, gap)-width)
			break
		}
	}
	left := width - taken(widths, gap)
	for _, i := range byRank(columns) {
		if widths[i] > 0 {
			n := min(left, max(0, columns[i].want-columns[i].min))
			widths[i] += n
			left -= n
		}
	}
	grow(columns, widths, left)
	return widths
}

// byRank are the indexes of the columns, those that stay longest first.
func byRank(columns []tableColumn) []int {
	order := make([]int, len(columns))
	for i := range order {
		order[i] = i
	}
	slices.SortStableFunc(order, func(a, b int) int { return cmp.Compare(columns[a].rank, columns[b].rank) })
	return order
}

// taken is what the visible columns and the gaps between them take.
func taken(widths []int, gap int) int {
	sum := -gap
	for _, w := range widths {
		if w > 0 {
			sum += w + gap
		}
	}
	return max(sum, 0)
}

// dropOne hides the visible column of the highest rank, and says whether there was one that may go.
func dropOne(columns []tableColumn, widths []int) bool {
	last := -1
	for i, c := range columns {
		if widths[i] > 0 && c.rank > 0 && (last < 0 || c.rank >= columns[last].rank) {
			last = i
		}
	}
	if last < 0 {
		return false
	}
	widths[last] = 0
	return true
}

// shrink takes n cells from the columns that must stay, each time from the widest: that is where the long texts are.
func shrink(widths []int, n int) {
	for ; n > 0; n-- {
		widest := 0
		for i, w := range widths {
			if w > widths[widest] {
				widest = i
			}
		}
		widths[widest] = max(0, widths[widest]-1)
	}
}

// grow shares left cells out.
func grow(columns []tableColumn, widths []int, left int) {
	room := 0
	for i, c := range columns {
		if widths[i] > 0 {
			room += max(0, c.most-widths[i])
		}
	}
	for i, c := range columns {
		if more := max(0, c.most-widths[i]); widths[i] > 0 && more > 0 {
			n := min(more, left*more/room)
			widths[i] += n
			left -= n
			room -= more
		}
	}
}
