package watch

import (
	"testing"
	"testing/synctest"

	"goapptrace/model"
)

// What fails while nobody asks is told to who asks, and ends nothing else.
func TestFailed(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		store := model.New(model.Limits{})
		w := Start(store, nil)
		w.mu.Lock()
		w.findings = []*kept{nil}
		w.mu.Unlock()
		if w.Failed() != nil {
			t.Error("it failed before it looked")
		}
		store.Touch()
		<-w.done
		if w.Failed() == nil {
			t.Error("that looking failed isn't told")
		}
		w.Close()
	})
}
