package hook

import (
	"errors"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
)

// allNotes takes what there is.
func allNotes(n *NoteReader) []Note {
	var all []Note
	n.Read(func(note Note) bool {
		all = append(all, note)
		return true
	})
	return all
}

func noted(t *testing.T) *NoteReader {
	t.Helper()
	n := new(NoteReader)
	n.Reset()
	return n
}

func TestNotesOfCalls(t *testing.T) {
	bothGoids(t, func(t *testing.T) {
		c, n := record(t), noted(t)
		call := Enter(&nested[0])
		call.Note(NoteArgs, "id=1")
		call.Span(t)
		call.Span((*testing.T)(nil))
		call.Leave()
		enter := drainAll(c)[0]
		want := []Note{
			{NoteArgs, enter.G, enter.Time, []string{"id=1"}},
			{NoteSpan, enter.G, enter.Time, []string{t.Name()}},
		}
		if got := allNotes(n); !slices.EqualFunc(got, want, sameNote) {
			t.Errorf("noted %+v, want %+v", got, want)
		}

		detail(t, &nested[0], Count)
		call = Enter(&nested[0])
		call.Note(NoteArgs, "id=1")
		call.Leave()
		SetMode(ModeOff)
		open := Call{&nested[0], -1}
		open.Note(NoteArgs, "id=1")
		logged([]byte("line"))
		slogged("INFO", "message", nil)
		if got := allNotes(n); len(got) > 0 || n.Lost() > 0 || taps() {
			t.Errorf("noted %+v of what is counted, or while hooks are off", got)
		}
	})
}

func sameNote(a, b Note) bool {
	return a.Kind == b.Kind && a.G == b.G && a.Time == b.Time && slices.Equal(a.Parts, b.Parts)
}

func TestLogs(t *testing.T) {
	record(t)
	n := noted(t)
	if !taps() {
		t.Error("nobody is interested")
	}
	before := Now()
	logged([]byte("a line\n"))
	slogged("WARN", "a message", []string{"key", "value", "empty", ""})
	logged(nil)
	got := allNotes(n)
	want := []Note{
		{Kind: NoteLog, Parts: []string{"a line"}},
		{Kind: NoteSlog, Parts: []string{"WARN", "a message", "key", "value", "empty", ""}},
		{Kind: NoteLog, Parts: []string{""}},
	}
	for i := range got {
		if got[i].Time < before || got[i].G != stackGoid() {
			t.Errorf("%+v was made by goroutine %d after %d", got[i], stackGoid(), before)
		}
		got[i].Time, got[i].G = 0, 0
	}
	if !slices.EqualFunc(got, want, sameNote) {
		t.Errorf("noted %+v, want %+v", got, want)
	}
}

func TestLongNotesAreCut(t *testing.T) {
	record(t)
	n := noted(t)
	long := strings.Repeat("x", maxNoteText)
	logged([]byte(long))
	logged([]byte(long + "y"))
	many := make([]string, 1000)
	slogged("", "", many)
	for range many {
		slogged("", "", []string{long, long, long, long})
	}
	got := allNotes(n)
	if len(got) != 3 || got[0].Parts[0] != long || got[1].Parts[0] != long+"…" || len(got[2].Parts) != maxNoteParts {
		t.Errorf("noted %+v", got)
	}
	if lost := n.Lost(); lost != uint64(len(many)) {
		t.Errorf("%d notes were lost, want %d", lost, len(many))
	}
}

func TestNotesWake(t *testing.T) {
	record(t)
	noted(t)
	defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(1)) // one ring
	select {
	case <-Wake:
	default:
	}
	line := make([]byte, 1000)
	for range noteRingSize / 2 / 1030 {
		logged(line)
	}
	if len(Wake) != 0 {
		t.Error("woken before the ring was half full")
	}
	for range 3 {
		logged(line)
	}
	if len(Wake) != 1 {
		t.Error("not woken by a ring that is half full")
	}
}

// Notes of all lengths, by goroutines that move between Ps, arrive whole or are counted as lost, while they are read.
func TestNotesUnderLoad(t *testing.T) {
	record(t)
	n := noted(t)
	defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(3))
	const goroutines, each = 8, 3000
	var wg sync.WaitGroup
	for g := range goroutines {
		wg.Go(func() {
			for i := range each {
				text := strconv.Itoa(g) + " " + strconv.Itoa(i) + " "
				logged([]byte(text + strings.Repeat(string(rune('a'+i%26)), i%700)))
			}
		})
	}
	done := make(chan struct{})
	go func() { wg.Wait(); close(done) }()
	seen, lost := map[string]bool{}, uint64(0)
	for running, all := true, false; running || !all; {
		select {
		case <-done:
			running = false
		default:
			runtime.Gosched()
		}
		all = n.Read(func(note Note) bool {
			g, rest, _ := strings.Cut(note.Parts[0], " ")
			i, text, _ := strings.Cut(rest, " ")
			at, err := strconv.Atoi(i)
			if err != nil || text != strings.Repeat(string(rune('a'+at%26)), at%700) || seen[g+" "+i] {
				t.Errorf("a note is %q", note.Parts[0])
			}
			seen[g+" "+i] = true
			return len(seen)%100 != 0
		})
		lost += n.Lost()
	}
	if len(seen)+int(lost) != goroutines*each || len(seen) == 0 {
		t.Errorf("%d notes arrived and %d were lost of %d", len(seen), lost, goroutines*each)
	}
	t.Log(lost, "lost")
}

type failure struct{ say func() string }

func (f failure) Error() string { return f.say() }

func TestErrorTexts(t *testing.T) {
	c, n := record(t), noted(t)
	errorTexts = true
	defer func() { errorTexts = false }()
	var same error
	for _, tt := range []struct {
		name string
		err  error
		want []string
	}{
		{"none", nil, nil},
		{"plain", errors.New("plain"), []string{"plain"}},
		{"panics", failure{func() string { panic("in Error") }}, nil},
		{"nil pointer", (*pointerError)(nil), nil},
		{"fails itself", failure{func() string { _ = failing(same, nothing); return "outer" }}, []string{"outer"}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			same = tt.err
			_ = failing(tt.err, nothing)
			enter := drainAll(c)[0]
			var got []string
			for _, note := range allNotes(n) {
				got = append(got, note.Parts...)
				if note.Kind != NoteError || note.Time != enter.Time || note.G != enter.G {
					t.Errorf("%+v isn't of the call that began with %+v", note, enter)
				}
			}
			if !slices.Equal(got, tt.want) {
				t.Errorf("noted %q, want %q", got, tt.want)
			}
		})
	}
	func() {
		defer caught()
		_ = failing(errTest, boom)
	}()
	if got := allNotes(n); len(got) > 0 {
		t.Errorf("noted %+v of a call that panicked", got)
	}
}

type pointerError struct{ text string }

func (p *pointerError) Error() string { return p.text }

func TestNotesAllocateNothing(t *testing.T) {
	record(t)
	call := Enter(&nested[0])
	defer call.Leave()
	line := []byte("line")
	attributes := []string{"key", "value"}
	if got := testing.AllocsPerRun(100, func() {
		call.Note(NoteArgs, "id=1")
		logged(line)
		slogged("INFO", "message", attributes)
	}); got != 0 {
		t.Errorf("notes allocate %v times", got)
	}
}
