package ui

import (
	"goapptrace/model"
	"goapptrace/query"
)

// Local is the store of this process, which has its answers at once.
func Local(store *model.Store) Store { return localStore{store} }

type localStore struct{ *model.Store }

// Frame implements [Store].
func (localStore) Frame(draw func()) { draw() }

// Trouble implements [Store].
func (localStore) Trouble() string { return "" }

// Session implements [Store].
func (st localStore) Session(id uint64) Session {
	if s := st.Store.Session(id); s != nil {
		return localSession{s}
	}
	return nil
}

// localSession is one pointer, so that it is an interface's value without being copied to the heap.
type localSession struct{ *model.Session }

// Await implements [Session].
func (s localSession) Await() Session { return s }

// Spawned implements [Session].
func (s localSession) Spawned(sift *model.CallSift) *model.SpawnTree {
	if sift == nil {
		return s.SpawnTree(nil)
	}
	return s.SpawnTree(sift.Found)
}

// NewFuncRange implements [Session], as do the next.
func (s localSession) NewFuncRange(span model.Span) FuncRange {
	return localRange{model.NewFuncRange(s.Session, span)}
}

func (s localSession) NewFuncStudy(function uint64, span model.Span) FuncStudy {
	return model.NewFuncStudy(s.Session, function, span)
}

func (s localSession) NewGoroutineWalk(span model.Span) GoroutineWalk {
	return model.NewGoroutineWalk(s.Session, span)
}

func (s localSession) NewFlame(g uint64, filter *query.Filter, span model.Span, most int) Flame {
	f := model.NewFlame(s.Session, g, filter, most)
	f.Within(span)
	return f
}

func (s localSession) NewTimeline(w model.TimelineWindow, view []uint64, most int, only *query.Filter) Timeline {
	t := model.NewTimeline(s.Session, w, view, most)
	t.Only(only)
	return t
}

type localRange struct{ *model.FuncRange }

// Functions implements [FuncRange].
func (r localRange) Functions(_ Session, q model.FuncQuery) model.FuncPage {
	return r.FuncRange.Functions(q)
}
