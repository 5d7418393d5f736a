package ui

import (
	"context"
	"errors"
	"slices"
	"sync"
	"time"

	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/colorprofile"

	"goapptrace/model"
)

// How often the screen is drawn at most, also for what somebody waits for, and how often when nothing happens but time: with open calls, whose
// durations grow, until nothing has arrived for a while, and with live sessions, whose rates and ages change, ever more rarely.
const (
	frameInterval  = time.Second / 30
	answerInterval = time.Second / 120
	tickInterval   = time.Second / 10
	idleInterval   = time.Second
	idleMost       = 5 * time.Second
	quietAfter     = 3 * time.Second
)

// Run shows the screen until the user leaves it or ctx ends.
func Run(ctx context.Context, config Config, options ...tea.ProgramOption) error {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	r := newRoot(ctx, config)
	_, err := r.program(r, append(options, tea.WithContext(ctx))...).Run()
	if ctx.Err() != nil && errors.Is(err, tea.ErrProgramKilled) {
		return nil
	}
	return err
}

// program is the one that runs the root, perhaps wrapped into another model.
func (r *root) program(m tea.Model, options ...tea.ProgramOption) *tea.Program {
	p := tea.NewProgram(m, options...)
	r.pace.program = p
	return p
}

// New returns the root model. What it starts ends with ctx.
func New(ctx context.Context, config Config) tea.Model { return newRoot(ctx, config) }

// root is the one Bubble Tea model: it routes messages to panes and composes what they draw.
type root struct {
	config Config
	store  Store
	now    func() time.Time
	after  func(time.Duration, tea.Msg) tea.Cmd
	done   <-chan struct{} // closed at the end, for commands that wait
	env    *env
	keys   globalKeys

	width, height int
	dark          bool
	profile       colorprofile.Profile

	sessions   *sessionsPane
	handshake  *handshakePane
	packets    pane
	welcome    *welcomePane
	calls      *callsPane
	goroutines *goroutinesPane
	timeline   *timelinePane
	wire       *wirePane
	tabs       []pane
	tab        int
	opened     pane // what openMsg brought, or nil
	focus      slot
	zoomed     bool
	layout     layout
	dragged    dividers
	sizes      map[slot]rect // what each slot's pane was last told

	modal   modal // question or help on top of everything, or nil
	modalAt rect  // where its body was drawn
	prompt  *prompt
	saved   savedFilters
	keeping sync.Mutex // of the file of watchers
	notice  noticeMsg
	paused  time.Time  // when the view stopped, zero when it goes on
	span    model.Span // that all tabs are narrowed to
	chord   chord
	keymap  keymap
	recent  []choice // that were chosen in the palette, the latest first
	losing  lossWatch
	heard   uint64 // ID of the last deed of the company that was told
	tracing tracing
	quitted bool // ctrl+c was pressed once

	drawing
	pending
	pace pace
}

func newRoot(ctx context.Context, config Config) *root {
	r := &root{
		config:  config,
		store:   config.Remote,
		now:     config.Now,
		after:   after,
		done:    ctx.Done(),
		keys:    newGlobalKeys(),
		dark:    config.Theme != ThemeLight,
		profile: colorprofile.TrueColor,
		env:     &env{glyphs: newGlyphs(config.ASCII), input: config.Input, program: config.Program},
		focus:   slotTab,
		sizes:   map[slot]rect{},
		saved:   savedFilters{named: config.Filters, keep: config.KeepFilters},
		keymap:  config.Keys,
	}
	if r.store == nil {
		r.store = Local(config.Store)
	}
	if r.now == nil {
		r.now = time.Now
	}
	r.env.styles = new(Styles)
	r.restyle()
	r.sessions = newSessionsPane(r.env, r.store)
	r.handshake = newHandshakePane(r.env)
	r.welcome = newWelcomePane(r.env, config)
	r.packets = newPacketsPane(r.env)
	r.calls = newCallsPane(r.env)
	r.goroutines = newGoroutinesPane(r.env)
	r.timeline = newTimelinePane(r.env)
	r.wire = newWirePane(r.env)
	watchers := newWatchersPane(r.env, config.found(), config.ownWatch())
	r.tabs = []pane{
		r.calls, newFunctionsPane(r.env), r.goroutines, newFlamePane(r.env, r.store, r.calls.goroutine),
		r.timeline, r.wire, newOutputPane(r.env), watchers,
	}
	r.arrangeColumns()
	r.meetCompany()
	return r
}

// Init implements [tea.Model].
func (r *root) Init() tea.Cmd {
	r.sessions.load(r.now()) // or it would be waited for a change, though time makes the sessions look different
	if r.config.Theme == ThemeAuto {
		return tea.Batch(tea.RequestBackgroundColor, r.watch())
	}
	return r.watch()
}

// Update implements [tea.Model].
func (r *root) Update(msg tea.Msg) (tea.Model, tea.Cmd) {
	var cmd, next tea.Cmd
	r.survive(func() { cmd = r.handle(msg) })
	for !r.survive(func() { next = r.schedule() }) {
	}
	return r, tea.Batch(cmd, next)
}

// handle takes in a message and says that the screen has to be drawn when it may look different.
func (r *root) handle(msg tea.Msg) tea.Cmd {
	before := r.dirty
	r.dirty, r.hasty = true, r.hasty || r.awaits(msg)
	switch msg := msg.(type) {
	case tea.KeyPressMsg, tea.PasteMsg, tea.MouseMsg:
		r.roused = r.now()
	case wakeMsg:
		if msg.changed {
			r.roused = r.now()
		}
	}
	switch msg := msg.(type) {
	case tea.WindowSizeMsg:
		r.width, r.height = msg.Width, msg.Height
	case tea.FocusMsg:
		return r.askBackground()
	case tea.BackgroundColorMsg:
		return r.background(msg)
	case tea.ColorProfileMsg:
		r.profile = msg.Profile
		r.restyle()
	case frameMsg:
		r.tick(msg)
	case wakeMsg:
		return r.watch()
	case tea.KeyPressMsg:
		return r.key(msg)
	case tea.PasteMsg:
		return r.paste(msg)
	case tea.MouseMsg:
		return r.mouse(msg)
	case chordOverMsg:
		return r.chordOver(msg)
	case openMsg:
		r.opened = msg.pane
		delete(r.sizes, slotOpened)
	case closeMsg:
		r.opened = nil
	case showCallsMsg:
		r.showCalls(msg.filter)
	case showCallMsg:
		r.showCall(msg.seq)
	case showGoroutineMsg:
		r.showGoroutine(msg.g)
	case showPacketMsg:
		return r.showPacket(msg)
	case showTimelineMsg:
		return r.showTimeline(msg.seq)
	case showFindingMsg:
		return r.showFinding(&msg.finding)
	case addWatcherMsg:
		r.startWatcher()
	case keepWatchersMsg:
		return r.keepWatchers("")
	case spanMsg:
		r.span = msg.span
	case workedMsg:
		msg.done()
	case brokenMsg:
		r.closePane(msg.pane, msg.cause)
	case noticeMsg:
		r.notice = msg
	case editMsg:
		return r.edit(msg)
	case traceMsg:
		r.trace(msg)
	default:
		r.dirty = before
	}
	return nil
}

// session is the one that the panes show, nil when there is none.
func (r *root) session() Session { return r.store.Session(r.sessions.selected()) }

// pane is what a slot holds.
func (r *root) pane(s slot) pane {
	switch s {
	case slotSessions:
		return r.sessions
	case slotHandshake:
		return r.handshake
	case slotPackets:
		return r.packets
	case slotWelcome:
		return r.welcome
	case slotOpened:
		return r.opened
	}
	return r.tabs[r.tab]
}

// focused is the pane that gets the keys.
func (r *root) focused() pane { return r.pane(r.focusedSlot()) }

func (r *root) focusedSlot() slot {
	switch {
	case r.opened != nil:
		return slotOpened
	case r.sessions.empty():
		return slotWelcome
	}
	return r.focus
}

func (r *root) showTab(i int) {
	if i < 0 || i >= len(r.tabs) {
		return
	}
	if i != r.tab {
		delete(r.sizes, slotTab)
	}
	r.tab, r.focus = i, slotTab
}

// showCalls goes to the first tab and narrows it.
func (r *root) showCalls(filter string) {
	r.opened = nil
	r.showTab(0)
	r.calls.setFilter(filter)
}

// showCall goes to a call of the selected session, and lifts the range if the call isn't in it.
func (r *root) showCall(seq uint64) {
	r.opened = nil
	r.showTab(0)
	if s := r.session(); s != nil {
		if row, ok := s.Call(seq, r.now()); ok && !r.span.Meets(row.Start, row.Start.Add(row.Duration)) {
			r.span = model.Span{}
		}
	}
	r.guard(slotTab, func(pane) { r.calls.goTo(r.moment(slotTab), seq) })
}

// showGoroutine goes to a goroutine of the selected session. Its pane may have been closed.
func (r *root) showGoroutine(g uint64) {
	i := slices.Index(r.tabs, pane(r.goroutines))
	if i < 0 {
		return
	}
	r.opened = nil
	r.showTab(i)
	r.guard(slotTab, func(pane) { r.goroutines.goTo(r.moment(slotTab), g) })
}

// showPacket goes to a packet of the selected session. Its pane may have been closed.
func (r *root) showPacket(msg showPacketMsg) (cmd tea.Cmd) {
	i := slices.Index(r.tabs, pane(r.wire))
	if i < 0 {
		return nil
	}
	r.opened = nil
	r.showTab(i)
	r.guard(slotTab, func(pane) { cmd = r.wire.goTo(r.moment(slotTab), msg) })
	return cmd
}

// wireOpen says whether the Packets tab is in view: then there is no second log of packets.
func (r *root) wireOpen() bool { return r.tabs[r.tab] == pane(r.wire) }
