package ui

import (
	"reflect"
	"time"

	tea "charm.land/bubbletea/v2"
)

// How soon a new frame is written, for how long one is looked for, and how often when there is none: for what else Bubble Tea has to write,
// such as a text for the clipboard.
const (
	soonInterval = 2 * time.Millisecond
	soonLasts    = 10 * time.Millisecond
	restInterval = time.Second / 10
)

// pace has Bubble Tea write a frame when there is one. Of its own, its renderer looks for one 60 times a second: so a frame waits for up to
// 17 ms, and a screen on which nothing happens takes 1 % of a core, on a virtual machine where each timer costs 150 µs.
type pace struct {
	program *tea.Program // nil when somebody else runs the root
	ticker  *time.Ticker // its renderer's
	slow    *time.Timer
}

// soon has the frame written that is being made, on the goroutine of Bubble Tea's loop.
func (p *pace) soon() {
	if p.ticker == nil && !p.find() {
		return
	}
	p.ticker.Reset(soonInterval)
	if p.slow != nil {
		p.slow.Reset(soonLasts)
		return
	}
	ticker := p.ticker
	p.slow = time.AfterFunc(soonLasts, func() { ticker.Reset(restInterval) })
}

// find looks for the ticker of the program, which is no part of Bubble Tea's interface. Without it the renderer keeps its own pace.
func (p *pace) find() bool {
	if p.program == nil {
		return false
	}
	field := reflect.ValueOf(p.program).Elem().FieldByName("ticker")
	if !field.IsValid() || field.Type() != reflect.TypeFor[*time.Ticker]() {
		return false
	}
	p.ticker = (*time.Ticker)(field.UnsafePointer())
	return p.ticker != nil
}
