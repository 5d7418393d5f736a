package ui

import (
	"strings"
	"testing"

	"goapptrace/model"
	"goapptrace/protocol"
)

// FuzzWire looks into a frame that may be anything, from all sides.
func FuzzWire(f *testing.F) {
	for t := protocol.TypeClientHello; ; t++ {
		p, err := protocol.New(t)
		if err != nil {
			break
		}
		frame, err := protocol.AppendFrame(nil, p)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(frame)
	}
	fx := newFixture(f)
	frame := fx.frame(fx.shop, fixtureNow, protocol.In, (&batch{}).lose(3, 5))
	f.Add(frame)
	f.Add(frame[:len(frame)/2])
	f.Fuzz(func(t *testing.T, frame []byte) {
		s := model.New(model.Limits{}).Open(1, fixtureNow, "unix")
		p, _ := protocol.DecodeFrame(frame)
		s.Packet(protocol.Record{At: fixtureNow, Packet: p, Raw: frame})
		for _, size := range [][2]int{{80, 24}, {200, 60}} {
			st := newStage(t, wireTab(newTestEnv()), slotWire, size, s)
			for _, key := range strings.Fields("l e g j j l l k esc h ctrl+d enter b G k k esc E G enter < > y") {
				st.press(key)
				st.lines()
			}
			for _, line := range st.lines() {
				if !harmless.MatchString(line) {
					t.Fatalf("%q", line)
				}
			}
		}
	})
}
