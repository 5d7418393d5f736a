package attach

import (
	"context"
	"slices"
	"strings"
	"time"

	"goapptrace/attach/wire"
)

// watching is what is asked for again and again: what the screen shows.
type watching struct {
	kick   chan struct{} // says that there may be something else to watch
	sent   []string      // the questions that the other end watches; nil when it watches nothing
	number uint64        // of the frame
	heard  time.Time     // when it last told
}

// nudge has the watching goroutine look.
func (c *Client) nudge() {
	select {
	case c.watch.kick <- struct{}{}:
	default:
	}
}

// keepWatching tells the other end what is in view, after each complete frame that shows something else, and after each answer.
func (c *Client) keepWatching(ctx context.Context) {
	for {
		select {
		case <-ctx.Done():
			return
		case <-c.watch.kick:
		}
		if wait := c.rest(); wait > 0 {
			select {
			case <-ctx.Done():
				return
			case <-time.After(wait):
			}
		}
		c.sendWatch()
	}
}

// rest is for how long the other end isn't to be asked for what is in view: not at all when what is shown may be old.
func (c *Client) rest() time.Duration {
	c.mu.Lock()
	defer c.mu.Unlock()
	if slices.ContainsFunc(c.inView(), c.old) {
		return 0
	}
	return c.budget.wait(time.Now())
}

// old says that an answer was left alone while others were asked for anew.
func (c *Client) old(key string) bool { return c.answers[key].came.Before(c.watch.heard) }

// sendWatch tells what is in view, unless the other end knows.
func (c *Client) sendWatch() {
	c.mu.Lock()
	defer c.mu.Unlock()
	keys := c.inView()
	if c.link == nil || c.watch.sent != nil && slices.Equal(c.watch.sent, keys) {
		return
	}
	list := watchList{Seen: c.seen}
	for _, key := range keys {
		a := c.answers[key]
		list.Questions = append(list.Questions, watchedQuestion{a.question, sum(a.bytes)})
		list.Urgent = list.Urgent || c.old(key)
	}
	c.numbers++
	c.watch.sent, c.watch.number = keys, c.numbers
	if keys == nil {
		c.watch.sent = []string{}
	}
	c.transmit(frame{kindWatch, c.numbers, wire.Append(nil, list)})
}

// inView are the questions of the latest frames, in an order that stays. Those that nobody has asked for long are forgotten,
// if there are many.
func (c *Client) inView() (keys []string) {
	size := 0
	for _, a := range c.answers {
		size += len(a.bytes)
	}
	for key, a := range c.answers {
		switch age := c.framed.Sub(a.used); {
		case a.there && age < keepFor:
			keys = append(keys, key)
		case (len(c.answers) > mostAnswers || size > mostKept) && a.number == 0:
			delete(c.answers, key)
		}
	}
	slices.SortFunc(keys, func(a, b string) int { return c.answers[b].used.Compare(c.answers[a].used) })
	keys = keys[:min(len(keys), mostWatched)]
	slices.SortFunc(keys, strings.Compare)
	return keys
}

// hear takes in news.
func (c *Client) hear(number uint64, n news) {
	c.mu.Lock()
	defer c.mu.Unlock()
	now := time.Now()
	changed := c.learn(n)
	if number == c.watch.number {
		for _, one := range n.Answers {
			if one.At < 0 || one.At >= len(c.watch.sent) {
				continue
			}
			if a := c.answers[c.watch.sent[one.At]]; a != nil {
				a.bytes, a.there, changed = one.Bytes, true, true
			}
		}
		for _, key := range c.watch.sent {
			if a := c.answers[key]; a != nil {
				a.came = now
			}
		}
		c.watch.sent, c.watch.heard = nil, now
	}
	if changed {
		c.change() // the frame that is drawn now watches again, once it is complete
	} else {
		c.nudge()
	}
}

// budget bounds how many bytes are asked for.
type budget struct {
	saved float64 // bytes; below zero it is a debt
	asOf  time.Time
}

func (b *budget) spend(now time.Time, bytes int) {
	b.earn(now)
	b.saved -= float64(bytes)
}

func (b *budget) earn(now time.Time) {
	if !b.asOf.IsZero() {
		b.saved = min(b.saved+now.Sub(b.asOf).Seconds()*budgetRate, budgetSaved)
	}
	b.asOf = now
}

// wait is for how long nothing more is to be asked for.
func (b *budget) wait(now time.Time) time.Duration {
	if b.earn(now); b.saved >= 0 {
		return 0
	}
	return time.Duration(-b.saved / budgetRate * float64(time.Second))
}
