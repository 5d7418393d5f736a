package attach

import (
	"testing"

	"goapptrace/protocol"
	"goapptrace/ui"
)

// The palette of a screen elsewhere knows what there is in sessions that it has never shown.
func TestPaletteOfOtherSessions(t *testing.T) {
	store, now := shop(t)
	bakery := store.Open(2, now(), "unix:@") // the newest session is chosen
	bakery.Hello(&protocol.ClientHelloPacket{AppName: "bakery", PID: 7}, protocol.Current)
	bakery.State(now(), protocol.StateEstablished, "")
	s := newScreen(t, ui.Config{Remote: serve(t, Source{Store: store, Identity: "a", Now: now}).open(now), Now: now}, 120, 36)
	s.wants("▸● bakery", "no calls yet")
	s.press(":", "r", "e", "m", "i", "n", "d")
	s.wants("function   main.(*Server).remind", "shop (4123)")
	s.press("enter")
	s.wants("▸● shop", "▸main.(*Server).remind")
}
