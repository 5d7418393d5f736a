package ui

import (
	"strconv"
	"strings"
	"time"

	tea "charm.land/bubbletea/v2"

	"goapptrace/ui/safe"
)

// drawing is the state of the cached frame.
type drawing struct {
	dirty   bool      // the frame no longer tells the truth
	hasty   bool      // and somebody waits for the next one
	asked   time.Time // when somebody last did something that he waits for
	drawn   time.Time // when it was made
	ticking bool      // a frameMsg is on its way, the one numbered ticks
	ticks   int
	due     time.Time // when it comes
	events  uint64    // that have arrived, as of the frame
	stirred time.Time // when there were others
	roused  time.Time // when something else than time last made the frame another one
	content string
	cursor  *tea.Cursor
}

// frameMsg comes when the next frame may be drawn, and is of no use any more if a later one is on its way. wakeMsg comes when the store has
// changed or enough time has passed.
type (
	frameMsg int
	wakeMsg  struct{ changed bool }
)

// schedule draws when a frame is due, or asks to be called when it will be. What there is to do for the next frames
// begins then.
func (r *root) schedule() tea.Cmd {
	if !r.dirty {
		return nil
	}
	interval := frameInterval
	if r.hasty {
		interval = r.config.Account.answerInterval()
	}
	if wait := max(interval-r.now().Sub(r.drawn), r.config.Account.frame(r.hasty)); wait > 0 {
		return r.again(wait)
	}
	r.drawPaid()
	r.pace.soon()
	if !r.config.Account.mayWork() {
		r.dirty = true
		return r.again(frameInterval)
	}
	if r.dirty {
		return tea.Batch(r.work(), r.again(frameInterval))
	}
	return r.work()
}

// again draws after a time.
func (r *root) again(wait time.Duration) tea.Cmd {
	due := r.now().Add(wait)
	if r.ticking && !due.Before(r.due) {
		return nil
	}
	r.ticks++
	r.ticking, r.due = true, due
	number, done := frameMsg(r.ticks), r.done
	return func() tea.Msg {
		select {
		case <-done:
			return nil
		case <-time.After(wait):
			return number
		}
	}
}

// tick makes a frame due.
func (r *root) tick(number frameMsg) {
	if int(number) == r.ticks {
		r.ticking, r.drawn = false, time.Time{}
	}
}

// watch waits for a reason to draw, and then until the next frame may be due. It doesn't wake the program before there is one.
func (r *root) watch() tea.Cmd {
	store, done, patience := r.store, r.done, r.patience()
	changed := store.Beyond(store.Changed())
	account, company := r.config.Account, r.companyChanged()
	return func() tea.Msg {
		began, wake := time.Now(), wakeMsg{}
		var over <-chan time.Time
		if patience > 0 {
			over = time.After(patience)
		}
		select {
		case <-done:
			return nil
		case <-changed:
			wake.changed = true
		case <-company:
		case <-over:
		}
		select {
		case <-done:
			return nil
		case <-time.After(frameInterval - time.Since(began)):
		}
		if wait := account.frame(false); wait > 0 {
			select {
			case <-done:
				return nil
			case <-time.After(wait):
			}
		}
		return wake
	}
}

// patience is after what time a screen on which nothing happens has to be drawn anew: 0 for never. Where nothing but time makes ages other
// ones, they needn't be more exact than that.
func (r *root) patience() time.Duration {
	switch {
	case r.workWaits():
		return tickInterval
	case !r.sessions.anyLive():
		return 0
	case r.sessions.anyOpenCalls() && !r.isPaused() && r.now().Sub(r.stirred) < quietAfter:
		return tickInterval
	}
	return min(max(r.now().Sub(r.roused), idleInterval), idleMost)
}

// View implements [tea.Model]: it shows the cached frame.
func (r *root) View() tea.View {
	view := tea.NewView(r.content)
	view.AltScreen = true
	view.WindowTitle = r.windowTitle()
	view.Cursor = r.cursor
	view.ReportFocus = r.config.Theme == ThemeAuto // who comes back may have another background by then
	if !r.config.NoMouse {
		view.MouseMode = tea.MouseModeCellMotion
	}
	return view
}

func (r *root) windowTitle() string {
	if r.config.Program == nil {
		return "goapptrace"
	}
	return "goapptrace " + safe.String(r.config.Program.Name())
}

// draw makes the frame: it asks the visible panes to look at the model, and composes what they show. Where a store elsewhere
// owes an answer without which there is no frame, the one before stays.
func (r *root) draw() {
	r.dirty, r.hasty, r.drawn = false, false, r.now()
	r.framing = true
	defer func() { r.framing = false }()
	r.store.Frame(func() { answered(r.compose) })
}

// compose puts the frame together.
func (r *root) compose() {
	r.cursor = nil
	if r.width == 0 {
		return // the terminal hasn't told its size
	}
	r.sessions.load(r.now())
	r.hearDeeds()
	r.stir()
	answered(r.hear)
	r.layout = r.arrangement().layout()
	if r.layout.tooSmall {
		r.content = r.finish(r.tooSmall())
		return
	}
	var boxes [][]string
	for _, c := range r.layout.columns {
		boxes = append(boxes, r.drawColumn(c))
	}
	lines := append([]string{r.header()}, beside(boxes)...)
	if r.prompt != nil {
		overLeft(lines, r.prompt.menu.draw(r.env, r.width, len(lines)-1))
		lines = append(lines, r.drawPrompt()...)
	} else {
		lines = append(lines, r.footer())
	}
	if r.modal != nil {
		lines = r.drawModal(lines)
	}
	r.content = r.finish(lines)
}

// stir notes when events arrive.
func (r *root) stir() {
	if events := r.sessions.events(); events != r.events {
		r.events, r.stirred = events, r.now()
	}
}

func (r *root) arrangement() arrangement {
	return arrangement{
		width: r.width, height: r.height - r.promptExtra(), focus: r.focus, zoomed: r.zoomed,
		opened: r.opened != nil, empty: r.sessions.empty(), sessions: len(r.sessions.all), dragged: r.dragged, wire: r.wireOpen(),
	}
}

// finish joins the lines. Where only ASCII may be drawn, it replaces what strangers' names bring in.
func (r *root) finish(lines []string) string {
	content := strings.Join(lines, "\n")
	if r.env.glyphs.ASCII {
		return safe.ASCII(content)
	}
	return content
}

func (r *root) drawColumn(c column) []string {
	pictures := make([]picture, len(c.sections))
	for i, s := range c.sections {
		pictures[i] = r.picture(s)
	}
	return r.env.drawColumn(c, pictures)
}

func (r *root) picture(s section) picture {
	focused := s.slot == r.focusedSlot()
	p := picture{focused: focused}
	r.guard(s.slot, func(pane pane) {
		if size := (rect{width: s.inner.width, height: s.inner.height}); r.sizes[s.slot] != size {
			r.sizes[s.slot] = size
			pane.resize(size.width, size.height)
		}
	})
	fresh := r.guard(s.slot, func(pane pane) { pane.refresh(r.moment(s.slot)) })
	r.guard(s.slot, func(pane pane) {
		if r.settled(s.slot, fresh) {
			p.body = pane.view()
		}
		if s, ok := pane.(searcher); ok && s.searching() {
			r.dirty = true
		}
		p.title = r.title(s, pane, focused)
		if f, ok := pane.(filterable); ok && f.filter() != "" {
			const least, around = 2, 6
			room := max(least, s.inner.width-safe.Width(p.title)-around)
			p.note = r.env.styles.Footer.Prompt.Render("/" + r.env.clip(safe.String(f.filter()), room))
		}
	})
	if p.body == "" {
		p.body = r.stillWaiting(s)
	}
	return p
}

// moment freezes time while the view is paused, but not for the panes that tell how the sessions are.
func (r *root) moment(s slot) moment {
	m := moment{now: r.now(), session: r.session(), focused: s == r.focusedSlot(), span: r.span}
	if r.isPaused() && s != slotSessions && s != slotHandshake {
		m.now, m.paused = r.paused, true
	}
	return m
}

func (r *root) title(s section, pane pane, focused bool) string {
	styles := r.env.styles.Pane
	if s.slot != slotTab {
		if focused {
			return styles.FocusedTitle.Render(pane.title())
		}
		return styles.Title.Render(pane.title())
	}
	return r.drawStrip(s.inner.width, focused)
}

// tooSmall asks for more room.
func (r *root) tooSmall() []string {
	text := []string{
		"This terminal is a little small.",
		"goapptrace needs " + strconv.Itoa(minWidth) + "×" + strconv.Itoa(minHeight) + " cells,",
		"and has " + strconv.Itoa(r.width) + "×" + strconv.Itoa(r.height) + ".",
		"q quits.",
	}
	lines := make([]string, r.height)
	top := max(0, (r.height-len(text))/2)
	for i := range lines {
		if j := i - top; j >= 0 && j < len(text) {
			line := safe.Clip(text[j], r.width)
			lines[i] = strings.Repeat(" ", (r.width-safe.Width(line))/2) + line
		}
		lines[i] = safe.Fit(lines[i], r.width)
	}
	return lines
}
