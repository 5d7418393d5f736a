package cli

import "sync/atomic"

// quota is how many calls are to be shown before the end. A nil quota is without bound.
type quota struct {
	left    atomic.Int64
	reached chan struct{} // closed by whoever takes the last one
}

func newQuota(calls int) *quota {
	if calls <= 0 {
		return nil
	}
	q := &quota{reached: make(chan struct{})}
	q.left.Store(int64(calls))
	return q
}

// take says whether one more call may be shown.
func (q *quota) take() bool {
	if q == nil {
		return true
	}
	n := q.left.Add(-1)
	if n == 0 {
		close(q.reached)
	}
	return n >= 0
}

// spent says whether no more calls may be shown.
func (q *quota) spent() bool { return q != nil && q.left.Load() <= 0 }

// done is closed when the last call was taken; it is nil, which never is ready, for no bound.
func (q *quota) done() <-chan struct{} {
	if q == nil {
		return nil
	}
	return q.reached
}
