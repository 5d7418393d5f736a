package remote

import (
	"strings"
	"testing"

	"go.uber.org/goleak"
)

// Nothing is left of a screen whose viewer goes on typing when it has ended.
func TestKeysBehindTheEnd(t *testing.T) {
	h := open(t, nil)
	before := goleak.IgnoreCurrent()
	for range 4 {
		client, err := h.dial(h.watcher)
		if err != nil {
			t.Fatal(err)
		}
		w := h.watch(client, 80, 24)
		w.waitFor("waiting")
		w.typeIn("q" + strings.Repeat("j", 4000))
		_ = client.Close()
		<-w.over
	}
	goleak.VerifyNone(t, before)
}
