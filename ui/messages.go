package ui

import "goapptrace/model"

// openMsg asks the root to show a pane over the others, such as the detail of a row, until closeMsg.
type openMsg struct{ pane pane }

// closeMsg asks the root to take away the pane that openMsg brought.
type closeMsg struct{}

// showCallsMsg asks the root to go to the Calls tab and to set its filter.
type showCallsMsg struct{ filter string }

// showCallMsg asks the root to go to a call in the Calls tab.
type showCallMsg struct{ seq uint64 }

// showGoroutineMsg asks the root to go to a goroutine in the Goroutines tab.
type showGoroutineMsg struct{ g uint64 }

// showPacketMsg asks the root to go to a packet in the Packets tab and, if call isn't 0, to the bytes in it that began that call.
type showPacketMsg struct{ number, call uint64 }

// spanMsg asks the root to narrow all tabs to a stretch of time; the zero span lifts that.
type spanMsg struct{ span model.Span }

// showTimelineMsg asks the root to go to a call in the Timeline tab.
type showTimelineMsg struct{ seq uint64 }

// noticeMsg asks the root to say something in the footer until the next key.
type noticeMsg struct {
	text string
	bad  bool
}

// typist panes take text: while typing they get every key, also those that mean something elsewhere.
type typist interface {
	typing() bool
}
