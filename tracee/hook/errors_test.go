package hook

import "testing"

// askedError records when it is asked for its text.
type askedError struct{ elsewhere func() }

func (e askedError) Error() string {
	call0(nothing)
	counted := Enter(&unwinds[1])
	if counted.Open() {
		counted.Leave()
	}
	logged([]byte("a line"))
	slogged("INFO", "a record", nil)
	e.elsewhere()
	return "asked"
}

// Of what a method does that we call nothing is recorded, but all that goes on elsewhere.
func TestMethodsThatWeCallRecordNothing(t *testing.T) {
	bothGoids(t, func(t *testing.T) {
		c, n := record(t), noted(t)
		errorTexts = true
		defer func() { errorTexts = false }()
		detail(t, &unwinds[1], Count)
		_ = failing(askedError{func() {
			done := make(chan struct{})
			go func() {
				defer close(done)
				deferring(nothing, nothing)
			}()
			<-done
		}}, nothing)
		call0(nothing)
		calls := checkNesting(t, drainAll(c))
		if calls[unwinds[0].ID()] != 1 || calls[unwinds[2].ID()] != 1 || calls[unwinds[3].ID()] != 1 {
			t.Errorf("recorded calls %v: want one of each function", calls)
		}
		c.Tallies(func(f *Func, got Tally) {
			if f == &unwinds[1] {
				t.Errorf("counted %+v", got)
			}
		})
		if got := allNotes(n); len(got) != 1 || got[0].Kind != NoteError || got[0].Parts[0] != "asked" {
			t.Errorf("noted %+v, want the error's text alone", got)
		}
	})
}
