package ui

import "strconv"

// How many slices of some ms a search may take before the next frame, and when the user waits for what a key brings.
const (
	frameSlices = 3
	keySlices   = 40
)

// search is how far a pane has come with looking for the rows that pass its filter.
type search struct {
	drawing bool   // for a frame
	unseen  uint64 // rows that it hasn't come to
}

func (s *search) begin() { *s = search{drawing: true} }
func (s *search) end()   { s.drawing = false }

func (s *search) slices() int {
	if s.drawing {
		return frameSlices
	}
	return keySlices
}

// progress tells how much of the rows numbered first to last was looked at.
func (s *search) progress(first, last uint64) string {
	all := max(last+1-first, s.unseen, 1)
	return "searching: " + strconv.FormatUint((all-s.unseen)*100/all, 10) + " % of " + formatCount(all)
}

// searching implements [searcher].
func (p *logPane[R]) searching() bool { return p.search.unseen > 0 }
