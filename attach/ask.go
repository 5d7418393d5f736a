package attach

import (
	"time"

	"goapptrace/ui"
)

// keepFor is how long a question counts as what the screen shows, after the frame that asked it: panes don't ask in each frame.
const (
	keepFor     = 600 * time.Millisecond
	mostAnswers = 512      // that are kept, and their bytes: beyond that those that aren't in view go
	mostKept    = 16 << 20 //
)

// Frame implements [ui.Store].
func (c *Client) Frame(draw func()) {
	began := c.Now()
	c.mu.Lock()
	c.inFrame, c.missed, c.began, c.framed = true, false, began, time.Now()
	c.mu.Unlock()
	defer func() {
		c.mu.Lock()
		c.inFrame = false
		missed := c.missed
		c.mu.Unlock()
		if !missed {
			c.nudge()
		}
	}()
	draw()
}

// ask answers a question for the screen: with what is known, else not yet. Outside of frames it waits a moment. What is asked for
// the time of this frame is asked for the time at which it is answered. For commands it waits as long as it takes.
func ask[A, R any](s *farSession, q question[A, R], now time.Time, a A) (r R) {
	c := s.client
	if s.patient {
		return read[R](c, c.wait(s.life, q.bytes(s.id, &now, a), nil).bytes)
	}
	c.mu.Lock()
	at := &now
	if !now.IsZero() && !now.Before(c.began) {
		at = nil
	}
	b := q.bytes(s.id, at, a)
	known := c.answers[string(b)]
	if known == nil || s.life != c.life {
		known = &answer{question: b}
	}
	known.used = time.Now()
	bytes, there := known.bytes, known.there
	switch {
	case there:
	case s.life != c.life:
		c.missed = true
	case c.inFrame:
		c.missed = true
		c.answers[string(b)] = known
		c.post(known)
	}
	waits := !there && !c.inFrame
	c.mu.Unlock()
	if waits {
		got := c.wait(s.life, b, time.After(patience))
		bytes, there = got.bytes, !got.late
	}
	if !there {
		panic(ui.ErrPending)
	}
	return read[R](c, bytes)
}

// read makes an answer of its bytes. Where the other end refuses there are none, and nothing is known.
func read[R any](c *Client, b []byte) (r R) {
	if len(b) == 0 {
		return r
	}
	if err := c.decoder.Decode(b, &r); err != nil {
		panic(err)
	}
	return r
}

// post sends a question, unless it is on its way. It is called under the lock.
func (c *Client) post(a *answer) {
	if a.number != 0 {
		return
	}
	c.numbers++
	a.number = c.numbers
	c.waiting[a.number] = a
	c.transmit(frame{kindAsk, a.number, a.question})
}

// transmit has a frame sent, under the lock. Without a connection it is sent when there is one, see askAgain.
func (c *Client) transmit(f frame) {
	if c.link != nil {
		c.link.post(f)
	}
}

// askAgain sends what has no answer yet over a new connection, under the lock.
func (c *Client) askAgain() {
	for number, a := range c.waiting {
		c.transmit(frame{kindAsk, number, a.question})
	}
}

// wait asks, and waits for the answer, until over.
func (c *Client) wait(life uint64, question []byte, over <-chan time.Time) result {
	got := make(chan result, 1)
	a := &answer{question: question, once: true, to: []chan<- result{got}}
	c.mu.Lock()
	if life != c.life {
		c.mu.Unlock()
		return result{late: true}
	}
	c.post(a)
	c.mu.Unlock()
	select {
	case r := <-got:
		return r
	case <-over:
	case <-c.ended:
	}
	c.mu.Lock()
	delete(c.waiting, a.number)
	c.mu.Unlock()
	return result{late: true}
}

// answered takes in an answer.
func (c *Client) answered(number uint64, r result) {
	c.mu.Lock()
	defer c.mu.Unlock()
	a := c.waiting[number]
	if a == nil {
		return // nobody waits any more
	}
	delete(c.waiting, number)
	a.number = 0
	a.give(r)
	if a.once {
		return
	}
	a.bytes, a.there, a.came = r.bytes, true, time.Now()
	c.change()
}

// give gives the answer to those who wait.
func (a *answer) give(r result) {
	for _, to := range a.to {
		to <- r
	}
	a.to = nil
}
