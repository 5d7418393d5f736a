package cli

import (
	"bytes"
	"strconv"
)

// appendZeros writes n with leading zeros up to width digits.
func appendZeros(dst []byte, n uint64, width int) []byte {
	mark := len(dst)
	dst = strconv.AppendUint(dst, n, 10)
	for len(dst)-mark < width {
		dst = append(dst, 0)
		copy(dst[mark+1:], dst[mark:])
		dst[mark] = '0'
	}
	return dst
}

// alignRight moves what was written since mark to the right end of a column of width bytes.
func alignRight(dst []byte, mark, width int) []byte {
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

// markAbout marks a figure, behind a space at least, as one that a loss has touched.
func markAbout(column []byte) {
	figure := bytes.TrimLeft(column, " ")
	column[len(column)-len(figure)-1] = '~'
}

// appendDuration writes ns in a column of 10 bytes, with three decimals from 1 µs on.
func appendDuration(dst []byte, ns uint64) []byte {
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
		dst = appendZeros(dst, ns%unit*1000/unit, 3)
	}
	dst = append(dst, name...)
	return alignRight(dst, mark, 10)
}
