package commands

import (
	"container/heap"
	"context"
	"time"

	"goapptrace/model"
	"goapptrace/query"
)

// walk goes through the calls of a session that pass a filter, a page at a time, those left out that begin later than it.
type walk struct {
	session *model.Session
	filter  *query.Filter
	page    int // rows at a time
	until   uint64
	next    uint64 // number of the first call that it hasn't come to; going back, of the last one that it has come to
	back    bool
	over    bool
	rows    []model.CallRow // that it has found, in the order of the walk
	missed  uint64          // calls that were forgotten before it came to them
}

// turnBack has a walk that hasn't begun go from the newest call to the oldest.
func (w *walk) turnBack() { w.back, w.next = true, w.until+1 }

// look finds rows, unless it is over. It takes some ms at most, and may find none.
func (w *walk) look(now time.Time) {
	q := model.CallQuery{Filter: w.filter, Anchor: w.next, Until: w.until, Now: now, Slices: 1}
	if w.back {
		q.Before = w.page
	} else {
		q.After = w.page
	}
	if w.until == 0 {
		w.over = true
		return
	}
	found := w.session.Calls(q)
	w.rows = found.Rows
	if w.back {
		w.backFrom(&found)
		return
	}
	if first := min(found.First, w.until+1); w.next < first {
		w.missed += first - w.next
	}
	if n := len(w.rows); n == w.page {
		w.next = w.rows[n-1].Seq + 1
	} else {
		w.next = w.until + 1 - found.Unseen
	}
	w.over = w.next > w.until
}

// backFrom takes a page in that was looked for backwards.
func (w *walk) backFrom(found *model.CallPage) {
	if n := len(w.rows); n == w.page {
		w.next = w.rows[0].Seq
	} else {
		w.next = found.First + found.Unseen
	}
	w.over = w.next <= found.First
	for i, j := 0, len(w.rows)-1; i < j; i, j = i+1, j-1 {
		w.rows[i], w.rows[j] = w.rows[j], w.rows[i]
	}
}

// merge goes through the calls of several sessions in the order of their starts.
type merge struct {
	ctx   context.Context
	now   func() time.Time
	walks []*walk
	heap  []*walk // those with rows, the one that comes next on top
}

// mostRows bounds the rows that a merge holds.
const mostRows = 1 << 12

func newMerge(ctx context.Context, list []*model.Session, filter *query.Filter, now func() time.Time) *merge {
	m := &merge{ctx: ctx, now: now}
	const least, most = 16, 256
	for _, s := range list {
		m.walks = append(m.walks, &walk{
			session: s, filter: filter, page: max(least, min(most, mostRows/len(list))), next: 1, until: s.Row(now()).Calls,
		})
	}
	return m
}

// each shows f all calls, until it returns an error or the merge's context has ended.
func (m *merge) each(f func(w *walk, row *model.CallRow) error) error {
	for _, w := range m.walks {
		if err := m.fill(w); err != nil {
			return err
		}
		if len(w.rows) > 0 {
			m.heap = append(m.heap, w)
		}
	}
	heap.Init(m)
	for len(m.heap) > 0 {
		w := m.heap[0]
		if err := f(w, &w.rows[0]); err != nil {
			return err
		}
		if w.rows = w.rows[1:]; len(w.rows) == 0 {
			if err := m.fill(w); err != nil {
				return err
			}
		}
		if len(w.rows) == 0 {
			heap.Pop(m)
			continue
		}
		heap.Fix(m, 0)
	}
	return nil
}

// fill looks for rows until there are some or the walk is over.
func (m *merge) fill(w *walk) error {
	for len(w.rows) == 0 && !w.over {
		if m.ctx.Err() != nil {
			return context.Cause(m.ctx)
		}
		w.look(m.now())
	}
	return nil
}

// Len implements [heap.Interface].
func (m *merge) Len() int { return len(m.heap) }

// Less implements [heap.Interface].
func (m *merge) Less(i, j int) bool {
	a, b := m.heap[i], m.heap[j]
	if a.back {
		a, b = b, a
	}
	return a.rows[0].Start.Before(b.rows[0].Start)
}

// Swap implements [heap.Interface].
func (m *merge) Swap(i, j int) { m.heap[i], m.heap[j] = m.heap[j], m.heap[i] }

// Push implements [heap.Interface].
func (m *merge) Push(w any) { m.heap = append(m.heap, w.(*walk)) }

// Pop implements [heap.Interface].
func (m *merge) Pop() any {
	last := len(m.heap) - 1
	w := m.heap[last]
	m.heap = m.heap[:last]
	return w
}
