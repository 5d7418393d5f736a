package agent

import "goapptrace/tracee/hook"

// drainFiltered is drain for a stream with a filter. What the filter drops or holds back leaves the rings at once, so that it can't be
// salvaged; the rings would be full of it otherwise.
func (s *stream) drainFiltered(cut int64) (events int, end int64, err error) {
	for n := len(s.buf); n == len(s.buf); events += n {
		n = s.events.Drain(cut, s.buf)
		s.hear()
		for _, e := range s.buf[:n] {
			s.governor.of(e.Func).streamed++
			s.filter.add(e)
		}
		s.events.Release()
	}
	end, err = s.filter.settle(cut, func(e hook.Event) error {
		s.add(e)
		if s.batch.Size() >= maxBatch {
			return s.flush(e.Time)
		}
		return nil
	})
	s.notes.calls = s.filter.notes.take(end, s.notes.calls)
	s.notes.lost += s.filter.notes.lost
	s.filter.notes.lost = 0
	return events, end, err
}

// hear hands the filter all notes that there are: those of every call whose end has been drained.
func (s *stream) hear() {
	for all := false; !all; {
		_, all = s.notes.collect()
		s.filter.hear(s.notes.calls)
		s.notes.calls = s.notes.calls[:0]
	}
}
