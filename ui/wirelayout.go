package ui

// wireAreas are where the parts of the Packets tab lie, relative to its inner rectangle. Those that have no room are empty.
type wireAreas struct {
	list, rule, fields, bytes rect
	beside                    bool // the bytes are at the right of the fields
	row                       int  // bytes in a row
}

// What the parts need to be of use, in lines.
const leastWireList, leastWireBelow, mostWireBytes = 5, 5, 16

// layWire divides a pane among the log, the fields and the bytes, with a line between the log and the others. Where it is too
// low for all of them, the one that has the keys gets it all.
func layWire(width, height int, part wirePart) wireAreas {
	beside, row := besideFor(width)
	a := wireAreas{beside: beside, row: row}
	need := 1 + leastWireBelow
	if !beside {
		need += leastWireBelow
	}
	list, low := min(max(leastWireList, height*2/5), height-need), height < leastWireList+need
	switch {
	case low && part == wireList:
		a.list = rect{0, 0, width, height}
		return a
	case low:
		list = 0
	}
	a.list, a.rule = rect{0, 0, width, list}, rect{0, list, width, 1}
	y, lines := list+1, height-list-1
	switch {
	case beside:
		right := hexdumpWidth(row) + 1
		a.fields, a.bytes = rect{0, y, width - right - 1, lines}, rect{width - right, y, right, lines}
	case low && part == wireHex:
		a.bytes = rect{0, y, width, lines}
	case low:
		a.fields = rect{0, y, width, lines}
	default:
		bytes := min(lines/2, mostWireBytes)
		a.fields, a.bytes = rect{0, y, width, lines - bytes}, rect{0, y + lines - bytes, width, bytes}
	}
	return a
}

// besideFor says whether bytes have room at the right of the fields, and how many there are in a row.
func besideFor(width int) (beside bool, row int) {
	for _, n := range []int{16, 8} {
		if fields := width - hexdumpWidth(n) - 2; fields >= 24+5*n/2 {
			return true, n
		}
	}
	for _, n := range []int{16, 8} {
		if width > hexdumpWidth(n) {
			return false, n
		}
	}
	return false, 4
}
