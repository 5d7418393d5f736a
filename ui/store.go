package ui

import (
	"errors"
	"time"

	"goapptrace/model"
	"goapptrace/protocol"
	"goapptrace/query"
)

// Store is what the screen is about: a [model.Store] of this process ([Local]), or one elsewhere. The answers of one elsewhere
// come later: what it is asked meanwhile, within [Store.Frame], may panic with [ErrPending], which leaves the asking pane as it
// was until Changed grows.
type Store interface {
	// Sessions and Session always have an answer, as have a session's ID, Changed and Row.
	Sessions(now time.Time) []model.SessionRow
	Session(id uint64) Session // nil when there is none
	Changed() uint64
	Beyond(seen uint64) <-chan struct{}
	// Frame runs draw, which asks for all that is in view.
	Frame(draw func())
	// Trouble is what keeps answers from coming, empty when nothing does.
	Trouble() string
}

// ErrPending is what a session panics with that has no answer yet.
var ErrPending = errors.New("the answer hasn't come yet")

// Session is what is known of one connection; see [model.Session] for what it is asked. Equal sessions are the same one.
type Session interface {
	// Await is the session for commands, outside of the screen's own goroutine: what it is asked, it waits for.
	Await() Session

	ID() uint64
	Changed() uint64
	Row(now time.Time) model.SessionRow
	Handshake() protocol.Transcript
	Extent(now time.Time) (first, last time.Time, ok bool)
	Known(f query.Field) []string
	Wall(t int64) time.Time

	Calls(q model.CallQuery) model.CallPage
	Call(seq uint64, now time.Time) (model.CallRow, bool)
	CallAt(g uint64, at time.Time) (seq uint64, ok bool)
	Callers(seq uint64, most int, now time.Time) (rows []model.CallRow, whole bool)
	LastCall(g uint64) (seq uint64, ok bool)
	FindEnd(q model.EndQuery) (seq uint64, ok bool)
	FindKin(q model.KinQuery) (seq uint64, ok bool)
	CallTree(q model.TreeQuery) []model.TreeRow
	Sift(f *model.CallSift, now time.Time, more func() bool) (left bool)
	// Spawned is the tree of all goroutines, or of those that a sift has found.
	Spawned(sift *model.CallSift) *model.SpawnTree

	Functions(q model.FuncQuery) model.FuncPage
	Function(id uint64, now time.Time) (model.FuncRow, bool)
	FunctionName(id uint64) (name protocol.Text, ok bool)
	FuncNames(from, limit int) []model.FuncName
	FuncCall(q model.FuncCallQuery) (call model.CallRow, ok bool)
	NewFuncRange(span model.Span) FuncRange
	NewFuncStudy(function uint64, span model.Span) FuncStudy

	Goroutines(q model.GoroutineQuery) model.GoroutinePage
	Goroutine(id uint64) (row model.GoroutineRow, ok bool)
	GoroutineInfo(g uint64, now time.Time) (info model.GoroutineInfo, open []model.CallRow, ok bool)
	GoroutineNames() []model.GoroutineName
	NewGoroutineWalk(span model.Span) GoroutineWalk

	Packets(q model.PacketQuery) model.PacketPage
	PacketAt(seq uint64) (protocol.Record, bool)
	PacketKinds(span model.Span, now time.Time) []model.PacketKind
	PacketOfCall(seq uint64) (packet uint64, ok bool)
	CallsOfPacket(packet uint64) (first, last uint64, ok bool)
	Lines(q model.OutputQuery) model.OutputPage

	NewFlame(g uint64, filter *query.Filter, span model.Span, most int) Flame
	NewTimeline(w model.TimelineWindow, view []uint64, most int, only *query.Filter) Timeline
}

// advancer is what goes through the log in slices.
type advancer interface {
	Advance(now time.Time, until uint64, more func() bool) (left bool)
}

// FuncRange is a [model.FuncRange], here or elsewhere, as the others are what they are named after.
type FuncRange interface {
	advancer
	// Functions asks by way of its session, which may be one that waits.
	Functions(by Session, q model.FuncQuery) model.FuncPage
	Progress() (share float64, older bool)
}

// FuncStudy is a [model.FuncStudy].
type FuncStudy interface {
	advancer
	Picture(now time.Time) model.FuncPicture
}

// GoroutineWalk is a [model.GoroutineWalk].
type GoroutineWalk interface {
	advancer
	Progress() (share float64, older bool)
	Uses() *model.GoroutineUses
}

// Flame is a [model.Flame].
type Flame interface {
	advancer
	Tree(by model.FlameWeight) *model.FlameTree
}

// Timeline is a [model.Timeline].
type Timeline interface {
	advancer
	Window() model.TimelineWindow
	Follow(first int64) bool
	Limit(at time.Time)
	Picture() *model.TimelinePicture
}
