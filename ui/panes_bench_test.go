package ui

import (
	"testing"

	"goapptrace/model"
)

// BenchmarkPanes gets the rows of a pane and draws them, at the size it has on a screen of 200×60.
func BenchmarkPanes(b *testing.B) {
	f := newFixture(b)
	f.serve(30_000)
	zoo := f.zoo()
	for _, pane := range []struct {
		name    string
		new     func(*env) pane
		slot    slot
		session *model.Session
		filter  string
	}{
		{"calls", callsTab, slotTab, f.shop, ""},
		{"calls filtered", callsTab, slotTab, f.shop, "order"},
		{"calls with odd names", callsTab, slotTab, zoo, ""},
		{"functions", newFunctionsPane, slotTab, f.shop, ""},
		{"packets", newPacketsPane, slotPackets, f.shop, ""},
		{"packets tab", wireTab, slotWire, f.shop, ""},
		{"packets tab filtered", wireTab, slotWire, f.shop, "type = ping"},
		{"output", newOutputPane, slotTab, f.shop, ""},
	} {
		b.Run(pane.name, func(b *testing.B) {
			s := newStage(b, pane.new(newTestEnv()), pane.slot, [2]int{200, 60}, pane.session)
			if pane.filter != "" {
				s.pane.(filterable).setFilter(pane.filter)
			}
			b.ReportAllocs()
			for b.Loop() {
				s.pane.refresh(s.at)
				s.pane.view()
			}
		})
	}
}
