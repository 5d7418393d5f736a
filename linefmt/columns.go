package linefmt

import (
	"bytes"
	"strconv"
	"time"
)

// Clock writes times of day, and is fast where they are near each other.
type Clock struct {
	second int64 // the one that text is for
	text   []byte
}

// Append writes the local time of day of a Unix time in ns, to the µs.
func (c *Clock) Append(dst []byte, ns int64) []byte {
	second, rest := ns/1e9, ns%1e9
	if rest < 0 {
		second, rest = second-1, rest+1e9
	}
	if c.text == nil || second != c.second {
		c.second = second
		c.text = time.Unix(second, 0).AppendFormat(c.text[:0], "15:04:05.")
	}
	dst = append(dst, c.text...)
	return AppendZeros(dst, uint64(rest/1e3), 6)
}

// AppendZeros writes n with leading zeros up to width digits.
func AppendZeros(dst []byte, n uint64, width int) []byte {
	mark := len(dst)
	dst = strconv.AppendUint(dst, n, 10)
	for len(dst)-mark < width {
		dst = append(dst, 0)
		copy(dst[mark+1:], dst[mark:])
		dst[mark] = '0'
	}
	return dst
}

// AlignRight moves what was written since mark to the right end of a column of width bytes.
func AlignRight(dst []byte, mark, width int) []byte {
	pad := width - (len(dst) - mark)
	for range pad {
		dst = append(dst, ' ')
	}
	if pad > 0 {
		copy(dst[mark+pad:], dst[mark:len(dst)-pad])
		for i := range pad {
			dst[mark+i] = ' '
		}
	}
	return dst
}

// MarkAbout marks a figure, behind a space at least, as one that a loss has touched.
func MarkAbout(column []byte) {
	figure := bytes.TrimLeft(column, " ")
	column[len(column)-len(figure)-1] = '~'
}

// AppendDuration writes ns in a column of 10 bytes, with three decimals from 1 µs on.
func AppendDuration(dst []byte, ns uint64) []byte {
	mark := len(dst)
	unit, name := uint64(1), " ns"
	switch {
	case ns >= 1e9:
		unit, name = 1e9, " s "
	case ns >= 1e6:
		unit, name = 1e6, " ms"
	case ns >= 1e3:
		unit, name = 1e3, " us"
	}
	dst = strconv.AppendUint(dst, ns/unit, 10)
	if unit > 1 {
		dst = append(dst, '.')
		dst = AppendZeros(dst, ns%unit*1000/unit, 3)
	}
	dst = append(dst, name...)
	return AlignRight(dst, mark, 10)
}
