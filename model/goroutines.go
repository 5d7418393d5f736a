package model

// Goroutine says where the goroutine with the ID comes from; ok is false when the tracee has told nothing, or so long ago
// that it was forgotten.
func (s *Session) Goroutine(id uint64) (row GoroutineRow, ok bool) {
	return GoroutineRow{}, false
}
