package model

import (
	"slices"
	"sort"
)

// maxGaps is how many gaps are kept; beyond them neighbours become one.
const maxGaps = 1 << 12

// gap is a place ahead of the call numbered next, where something is missing.
type gap struct {
	next     uint64
	at       int64 // tracee's time: about when
	from, to int64 // surely not before, and not after
	lost     uint64
	batches  uint64
}

func (g *gap) empty() bool { return g.lost == 0 && g.batches == 0 }

// gapLog is the gaps by next.
type gapLog struct{ list []gap }

func (l *gapLog) add(g gap) {
	if g.empty() {
		return
	}
	if n := len(l.list); n > 0 && l.list[n-1].next == g.next {
		l.list[n-1].join(g)
		return
	}
	if len(l.list) == maxGaps {
		l.halve()
	}
	l.list = append(l.list, g)
}

// join adds a gap to one that comes before it.
func (g *gap) join(later gap) {
	g.lost, g.batches = add(g.lost, later.lost), add(g.batches, later.batches)
	g.to = later.to
}

// halve joins the older gaps in pairs, so that the newest stay as they are.
func (l *gapLog) halve() {
	const older = maxGaps / 2
	for i := range older / 2 {
		l.list[i] = l.list[2*i]
		l.list[i].join(l.list[2*i+1])
	}
	l.list = slices.Delete(l.list, older/2, older)
}

// between are the gaps ahead of the calls numbered first to last.
func (l *gapLog) between(first, last uint64) []gap {
	by := func(g gap, seq uint64) int {
		if g.next < seq {
			return -1
		}
		return 1
	}
	from, _ := slices.BinarySearchFunc(l.list, first, by)
	to, _ := slices.BinarySearchFunc(l.list, last+1, by)
	return l.list[from:max(from, to)]
}

// touch says whether events may be missing between two times, both included.
func (l *gapLog) touch(from, to int64) bool {
	i := sort.Search(len(l.list), func(i int) bool { return l.list[i].to >= from })
	return i < len(l.list) && l.list[i].from <= to
}

// gapsAmong are the gaps among the rows of a page, and those behind the newest call of all.
func (s *Session) gapsAmong(rows []CallRow) []Gap {
	if len(rows) == 0 {
		return nil
	}
	to := rows[len(rows)-1].Seq
	if to == s.calls.log.total {
		to++
	}
	var gaps []Gap
	for _, g := range s.gaps.between(rows[0].Seq, to) {
		gaps = append(gaps, Gap{BeforeSeq: g.next, At: s.clock.wall(g.at), Lost: g.lost, Batches: g.batches})
	}
	return gaps
}
