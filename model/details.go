package model

import (
	"cmp"
	"errors"
	"slices"
	"sort"

	"goapptrace/protocol"
)

// maxDetail is how many bytes are kept of a text about a call.
const maxDetail = 2 << 10

// What a map of details takes: itself, and groups of eight entries, at most seven eighths of which are filled.
const (
	detailMap   = 48
	detailTable = 56
	detailGroup = 8 + 8*24
)

// detailsCost is how many bytes a map of n details takes besides the texts.
func detailsCost(n int) int {
	switch {
	case n == 0:
		return 0
	case n <= 8:
		return detailMap + taken(detailGroup)
	}
	entries := 16
	for n > entries*7/8 {
		entries *= 2
	}
	return detailMap + detailTable + taken(entries/8*detailGroup)
}

var errDetails = errors.New("details whose columns don't pair up")

// detailKey is what a text is about: a call by its index in the chunk, and one of protocol.DetailArgs, ...
type detailKey struct {
	i    uint16
	kind byte
}

// details are texts about calls of a chunk, and go when it goes.
type details struct {
	texts map[detailKey]protocol.Text
	bytes int // that they take
}

func (d *details) set(key detailKey, text protocol.Text) {
	if d.texts == nil {
		d.texts = map[detailKey]protocol.Text{}
	}
	d.bytes += taken(len(text)) - taken(len(d.texts[key])) - detailsCost(len(d.texts))
	d.texts[key] = text
	d.bytes += detailsCost(len(d.texts))
}

// fill enters what is known of call i into its row.
func (d *details) fill(i int, row *CallRow) {
	if d.texts == nil {
		return
	}
	of := func(kind byte) protocol.Text { return d.texts[detailKey{uint16(i), kind}] }
	row.Args, row.Results = of(protocol.DetailArgs), of(protocol.DetailResults)
	row.Err, row.Span = of(protocol.DetailError), of(protocol.DetailSpan)
}

// details takes in texts about single calls.
func (s *Session) details(p *protocol.DetailsPacket) (protocol.Text, error) {
	n := len(p.Gs)
	if len(p.Starts) != n || len(p.Kinds) != n || len(p.Texts) != n {
		return "", errDetails
	}
	lost := p.Lost
	for i, g := range p.Gs {
		kind, text := p.Kinds[i], clip(p.Texts[i], maxDetail)
		if kind < protocol.DetailArgs || kind > protocol.DetailSpan {
			continue // of a later version
		}
		if kind == protocol.DetailSpan {
			s.goroutines.work(g, text, s.calls.last)
		}
		if !s.calls.detail(g, p.Starts[i], kind, text) {
			lost = add(lost, 1)
		}
	}
	s.row.DetailsLost = add(s.row.DetailsLost, lost)
	return summarizeDetails(n, lost), nil
}

// detail keeps a text about the call of goroutine g that began at start. It says whether the call is, or was, in the log.
func (c *calls) detail(g uint64, start int64, kind byte, text protocol.Text) bool {
	seq := c.find(g, start)
	if chunk, i, ok := c.log.at(seq); ok {
		c.log.held -= chunk.details.bytes
		chunk.details.set(detailKey{uint16(i), kind}, text)
		chunk.asked = 0
		c.log.held += chunk.details.bytes
		return true
	}
	return seq != 0 || c.log.base > 0 && start < c.log.start(c.log.first())
}

// find is the number of the call of goroutine g that began at start, 0 when it isn't known.
func (c *calls) find(g uint64, start int64) uint64 {
	if s := c.stacks.get(g); s != nil {
		i, ok := slices.BinarySearchFunc(s.frames, start, func(f frame, t int64) int {
			return cmp.Compare(f.start, t)
		})
		if ok {
			return s.frames[i].seq
		}
	}
	return c.log.find(g, start)
}

// reach is how many calls to each side are looked at for one that isn't where its start says: several may begin at one
// time, and the starts of different goroutines are in order but for small displacements.
const reach = 128

// find is the number of the retained call of goroutine g that began at start, 0 when there is none.
func (l *callLog) find(g uint64, start int64) uint64 {
	first := l.first()
	n := int(l.total + 1 - first)
	at := sort.Search(n, func(i int) bool { return l.start(first+uint64(i)) >= start })
	is := func(i int) bool {
		if i < 0 || i >= n || l.start(first+uint64(i)) != start {
			return false
		}
		c, k, _ := l.at(first + uint64(i))
		return c.call(k).g == g
	}
	for d := range reach {
		switch {
		case is(at + d):
			return first + uint64(at+d)
		case is(at - d - 1):
			return first + uint64(at-d-1)
		}
	}
	return 0
}

// start is when the retained call numbered seq began.
func (l *callLog) start(seq uint64) int64 {
	c, i, _ := l.at(seq)
	if c.raw == nil {
		return c.sealed.start(i)
	}
	return c.raw.starts[i]
}
