package gate

// row is a list of places in the order in which they came to it.
type row struct {
	oldest, newest *Place
	n              int
}

func (r *row) push(p *Place) {
	p.older = r.newest
	if p.older == nil {
		r.oldest = p
	} else {
		p.older.newer = p
	}
	r.newest = p
	r.n++
}

func (r *row) remove(p *Place) {
	if p.older == nil {
		r.oldest = p.newer
	} else {
		p.older.newer = p.newer
	}
	if p.newer == nil {
		r.newest = p.older
	} else {
		p.newer.older = p.older
	}
	p.older, p.newer = nil, nil
	r.n--
}

// ranking is a heap of the crowds in which some aren't admitted. The one on top is that with the most; of several such crowds one of which
// nobody has said anything, and then the one that somebody has been in for longest.
type ranking []*crowd

// Len implements [heap.Interface].
func (r *ranking) Len() int { return len(*r) }

// Less implements [heap.Interface].
func (r *ranking) Less(i, j int) bool {
	a, b := (*r)[i], (*r)[j]
	if a.waiting() != b.waiting() {
		return a.waiting() > b.waiting()
	}
	first, second := a.victim(), b.victim()
	if first.stage != second.stage {
		return first.stage < second.stage
	}
	return first.turn < second.turn
}

// Swap implements [heap.Interface].
func (r *ranking) Swap(i, j int) {
	all := *r
	all[i], all[j] = all[j], all[i]
	all[i].rank, all[j].rank = i, j
}

// Push implements [heap.Interface].
func (r *ranking) Push(x any) {
	c := x.(*crowd)
	c.rank = len(*r)
	*r = append(*r, c)
}

// Pop implements [heap.Interface].
func (r *ranking) Pop() any {
	last := len(*r) - 1
	c := (*r)[last]
	(*r)[last] = nil
	*r = (*r)[:last]
	return c
}
