package hook

import "testing"

// take drains, and releases what it drained.
func (c *Consumer) take(cut int64, buf []Event) int {
	n := c.Drain(cut, buf)
	c.Release()
	return n
}

// What was drained keeps its place until it is released.
func TestDrainedEventsKeepTheirPlaces(t *testing.T) {
	c := record(t)
	outer(0)
	buf := make([]Event, 1<<10)
	if n := c.Drain(Everything, buf); n != 2 {
		t.Fatalf("drained %d events, want 2", n)
	}
	if n := c.Drain(Everything, buf); n != 0 {
		t.Errorf("drained %d events twice", n)
	}
	if c.Quiet() {
		t.Error("the rings are said to be empty")
	}
	c.Release()
	if !c.Quiet() {
		t.Error("what was released is still there")
	}
}
