package model

// blockLen is how many values are packed together: as many as a word has bits, so that a block of w bits a value is
// w words.
const blockLen = 64

// pack appends a block of values below 1<<w to words.
func pack(words []uint64, values *[blockLen]uint64, w uint8) []uint64 {
	if w == 0 {
		return words
	}
	var word uint64
	var used uint
	for _, v := range values {
		word |= v << used
		if used += uint(w); used >= 64 {
			used -= 64
			words = append(words, word)
			word = v >> (uint(w) - used)
		}
	}
	return words
}

// unpack is value i of w bits in words that begin with a block.
func unpack(words []uint64, i int, w uint8) uint64 {
	if w == 0 {
		return 0
	}
	bit := uint(i) * uint(w)
	k, shift := bit>>6, bit&63
	v := words[k] >> shift
	if shift+uint(w) > 64 {
		v |= words[k+1] << (64 - shift)
	}
	return v & (1<<w - 1)
}
