package attach

import (
	"context"
	"hash/fnv"
	"time"

	"goapptrace/attach/wire"
	"goapptrace/model"
	"goapptrace/ui"
)

// How often a viewer is told at most of what has changed, and how often when nothing does: then for rates and ages alone.
const (
	newsInterval = 250 * time.Millisecond
	newsTick     = time.Second
	newsIdle     = 15 * time.Second // and when no session lives; then it only shows that the connection does
	mostWatched  = 64
)

// watchList is what the screen shows. It is answered once.
type watchList struct {
	Seen      uint64 // state of the store that the viewer knows
	Urgent    bool   // what he shows may be old: he is not to wait for a change
	Questions []watchedQuestion
}

type watchedQuestion struct {
	Question []byte
	Have     uint64 // sum of the answer that he has
}

// news is what has changed.
type news struct {
	Now      time.Time // of the serving end
	Changed  uint64    // state of the store
	IDs      []uint64  // of all sessions, in order
	Sessions []sessionNews
	Company  *company // nil when it is as before
	Found    found
	Answers  []newAnswer // those that are other ones by now
}

// company is who else looks, and what they did.
type company struct {
	Viewers []ui.Viewer
	Deeds   []ui.Deed
}

type sessionNews struct {
	Row     model.SessionRow
	Changed uint64
	Zero    time.Time // wall time of the program's monotonic time 0
}

type newAnswer struct {
	At    int // index of the question
	Bytes []byte
}

// sum is a number by which both ends tell whether bytes are the same ones.
func sum(b []byte) uint64 {
	h := fnv.New64a()
	_, _ = h.Write(b)
	return h.Sum64()
}

// tell answers watchLists, until ctx ends.
func (s *service) tell(ctx context.Context) {
	s.rows = map[uint64]string{}
	var told time.Time
	for {
		select {
		case <-ctx.Done():
			return
		case w := <-s.watched:
			w, ok := s.wait(ctx, w, told)
			if !ok {
				return
			}
			told = time.Now()
			if err := s.link.send(frame{kindNews, w.number, wire.Append(nil, s.news(w))}); err != nil {
				s.link.close()
				return
			}
		}
	}
}

// wait waits until there is something to tell of, and returns what is watched by then.
func (s *service) wait(ctx context.Context, w watched, told time.Time) (watched, bool) {
	tick := newsTick
	if !s.anyLive() {
		tick = newsIdle
	}
	due := time.NewTimer(tick)
	defer due.Stop()
	for {
		changed, others := s.desk.Store.Beyond(w.Seen), s.others()
		if w.Urgent {
			changed = closed
		}
		select {
		case <-ctx.Done():
			return w, false
		case w = <-s.watched:
			continue
		case <-changed:
		case <-others:
		case <-due.C:
		}
		break
	}
	rest := time.NewTimer(time.Until(told.Add(newsInterval)))
	defer rest.Stop()
	for {
		select {
		case <-ctx.Done():
			return w, false
		case w = <-s.watched:
		case <-rest.C:
			return w, true
		}
	}
}

var closed = func() chan struct{} {
	c := make(chan struct{})
	close(c)
	return c
}()

// others is closed when there is other company than the viewer was told of.
func (s *service) others() <-chan struct{} {
	if s.desk.Company == nil {
		return nil
	}
	changed := s.desk.Company.Changed() // before it is looked at
	if _, is := s.look(); is != s.company {
		return closed
	}
	return changed
}

// look is the company there is, and its bytes.
func (s *service) look() (c company, bytes string) {
	c = company{s.desk.Company.Viewers(), s.desk.Company.Deeds()}
	c.Viewers, c.Deeds = c.Viewers[:min(len(c.Viewers), mostRows)], c.Deeds[max(0, len(c.Deeds)-mostRows):]
	return c, string(wire.Append(nil, c))
}

// newCompany is the company, if it is other than before.
func (s *service) newCompany() *company {
	if s.desk.Company == nil {
		return nil
	}
	c, is := s.look()
	if is == s.company {
		return nil
	}
	s.company = is
	return &c
}

func (s *service) anyLive() bool {
	for _, row := range s.desk.Store.Sessions(s.desk.now()) {
		if !row.State.Ended() {
			return true
		}
	}
	return false
}

// news collects what the viewer doesn't know.
func (s *service) news(w watched) news {
	st, now := s.desk.Store, s.desk.now()
	n := news{Now: now, Changed: st.Changed(), Found: foundBy(s.desk.Watch)}
	rows := map[uint64]string{}
	for _, row := range st.Sessions(now) {
		session := st.Session(row.ID)
		if session == nil {
			continue // it is gone since
		}
		n.IDs = append(n.IDs, row.ID)
		one := sessionNews{row, session.Changed(), session.Wall(0)}
		rows[row.ID] = string(wire.Append(nil, one))
		if rows[row.ID] != s.rows[row.ID] {
			n.Sessions = append(n.Sessions, one)
		}
	}
	s.rows = rows
	n.Company = s.newCompany()
	size := 0
	for i, q := range w.Questions {
		answer, err := s.desk.answer(q.Question)
		if err != nil || sum(answer) == q.Have || size+len(answer) > mostAnswered/2 {
			continue // what he has will do, or he asks anew
		}
		size += len(answer)
		n.Answers = append(n.Answers, newAnswer{i, answer})
	}
	return n
}
