package ui

import (
	"errors"
	"reflect"
	"strings"

	"goapptrace/ui/safe"
)

// pending is what there is to know about answers of a store elsewhere that haven't come. Panes ask as if all answers were there;
// where one isn't, the pane is taken back to what it was before it asked, and asked to refresh again once the answer has come.
type pending struct {
	framing bool             // a frame is being drawn
	shows   map[slot]subject // what panes were last refreshed for
}

// subject is what a pane shows.
type subject struct {
	pane    pane
	session Session
}

// isPending says whether what was recovered from a panic is that an answer hasn't come.
func isPending(cause any) bool {
	err, ok := cause.(error)
	return ok && errors.Is(err, ErrPending)
}

// answered runs f, up to a question that has no answer yet.
func answered(f func()) {
	defer func() {
		if cause := recover(); cause != nil && !isPending(cause) {
			panic(cause)
		}
	}()
	f()
}

// remember returns what takes a pane back to what it is now. Here, where all answers are at hand, that is never needed.
func (r *root) remember(p pane) (undo func()) {
	v := reflect.ValueOf(p)
	if _, here := r.store.(localStore); here || v.Kind() != reflect.Pointer {
		return func() {}
	}
	was := reflect.New(v.Elem().Type()).Elem()
	was.Set(v.Elem())
	return func() { v.Elem().Set(was) }
}

// late notes that an answer hasn't come. To what the user did there is none then, as he is told; frames are drawn again anyway.
func (r *root) late() {
	if !r.framing {
		r.notice = noticeMsg{text: "no answer has come from the other end: press it again", bad: true}
	}
}

// settled notes what the pane of a slot was refreshed for, and says whether that is what it is to show.
func (r *root) settled(s slot, fresh bool) bool {
	now := subject{r.pane(s), r.session()}
	if fresh {
		if r.shows == nil {
			r.shows = map[slot]subject{}
		}
		r.shows[s] = now
	}
	return r.shows[s] == now
}

// stillWaiting stands where a pane has nothing to show yet.
func (r *root) stillWaiting(s section) string {
	text := safe.Clip(" "+r.env.glyphs.Ellipsis, s.inner.width)
	return strings.Join(fill([]string{r.env.styles.Text.Dim.Render(text)}, s.inner.width, s.inner.height), "\n")
}
