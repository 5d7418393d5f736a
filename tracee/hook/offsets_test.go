package hook

import "testing"

// The right offsets are believed, wrong ones aren't.
func TestOffsetsAreChecked(t *testing.T) {
	if !goidKnown || !panicKnown || !originKnown {
		t.Fatal("the right offsets were not believed")
	}
	defer func() { originKnown = true }() // which only the main goroutine finds
	for name, tt := range map[string]struct {
		offset *uintptr
		wrong  uintptr // of something readable
		known  *bool
	}{
		"goid":   {&gGoid, 8, &goidKnown}, // a stack bound
		"_panic": {&gPanic, 8, &panicKnown},
		"_defer": {&gPanic, gPanic + 8, &panicKnown},
	} {
		right := *tt.offset
		*tt.offset = tt.wrong
		checkOffsets()
		if *tt.known {
			t.Errorf("%s: a wrong offset was believed", name)
		}
		*tt.offset = right
	}
	if checkOffsets(); !goidKnown || !panicKnown || originKnown {
		t.Error("the right offsets were not believed again")
	}
}
