package ui

import (
	"math/rand/v2"
	"runtime"
	"runtime/debug"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/colorprofile"

	"goapptrace/internal/bigstore"
	"goapptrace/model"
	"goapptrace/watch"
)

// The benchmarks of this file measure the screen of 200×60 at the size that it is to stand: ten million calls, 50,000 functions, 10,000
// goroutines, 100 sessions, and a million events a second that arrive meanwhile. They share one store. Each measures a fixed number of
// frames, keys or whatever it is about, and reports percentiles of them; ns/op means nothing. What "wall" measures includes what else the
// machine does, "cpu" is what the thread itself has used.

// big is the store of all benchmarks.
var big = sync.OnceValue(func() *bigstore.Store { return bigstore.New(bigstore.Named, time.Now()) })

const bigWidth, bigHeight = 200, 60

// bigWatch looks out for trouble in it, as it does behind the screen.
var bigWatch = sync.OnceValue(func() *watch.Watch { return watch.Start(big().Store, watch.Defaults()) })

func bigConfig() Config {
	return Config{Store: big().Store, Watch: bigWatch(), Addresses: addresses, Theme: ThemeDark}
}

// bigTab is the tab that a benchmark is about.
type bigTab struct {
	name               string
	index              int
	filters, searching bool // what its pane does: see filterable, searcher
	later              bool // what it shows is worked out in the background, and nothing of it is there before
}

// eachTab runs a benchmark for each tab, under its name.
func eachTab(b *testing.B, measure func(b *testing.B, tab bigTab)) {
	for i, p := range newRoot(b.Context(), Config{Store: model.New(model.Limits{})}).tabs {
		tab := bigTab{name: strings.ToLower(p.title()), index: i}
		tab.later = tab.name == "flame" || tab.name == "timeline"
		_, tab.filters = p.(filterable)
		_, tab.searching = p.(searcher)
		b.Run(tab.name, func(b *testing.B) { measure(b, tab) })
	}
}

// feed has events arrive until the benchmark ends, and reports how many did.
func feed(b *testing.B) {
	stop := big().Feed()
	b.Cleanup(func() { b.ReportMetric(stop(), "events/s") })
}

// percentiles reports percentiles in ms, under names such as p99-ms and p99-cpu-ms.
func percentiles(b *testing.B, unit string, took []time.Duration) {
	slices.Sort(took)
	for _, p := range []struct {
		name string
		of   float64
	}{{"p50", 0.5}, {"p99", 0.99}} {
		i := min(int(p.of*float64(len(took))), len(took)-1)
		b.ReportMetric(float64(took[i].Nanoseconds())/1e6, p.name+"-"+unit)
	}
	b.ReportMetric(0, "ns/op")
}

// BenchmarkFrame composes frames, 30 a second as while data arrives: all panes ask the model and draw. What tabs work out in the background
// is worked out meanwhile; Bubble Tea's part comes later, see BenchmarkKey.
func BenchmarkFrame(b *testing.B) {
	const frames = 300
	eachTab(b, func(b *testing.B, tab bigTab) {
		r := newRoot(b.Context(), bigConfig())
		r.handle(tea.ColorProfileMsg{Profile: colorprofile.TrueColor})
		r.handle(tea.WindowSizeMsg{Width: bigWidth, Height: bigHeight})
		r.sessions.chosen, r.sessions.byUser = big().Busy.ID(), true
		r.showTab(tab.index)
		feed(b)
		runtime.LockOSThread()
		defer runtime.UnlockOSThread()
		done := make(chan tea.Msg, 1)
		var working sync.WaitGroup
		defer working.Wait()
		for b.Loop() {
			var wall, cpu []time.Duration
			for range frames {
				began, used := time.Now(), threadTime()
				r.draw()
				wall, cpu = append(wall, time.Since(began)), append(cpu, threadTime()-used)
				if cmd := r.work(); cmd != nil {
					working.Go(func() { done <- cmd() })
				}
				next := time.After(time.Until(began.Add(frameInterval)))
				for waits := true; waits; {
					select {
					case msg := <-done:
						r.handle(msg)
					case <-next:
						waits = false
					}
				}
			}
			percentiles(b, "ms", wall)
			percentiles(b, "cpu-ms", cpu)
		}
		go func() { // what still works
			for range done {
			}
		}()
	})
}

// onBusy is the program on the busy session, with a tab open and drawn.
func onBusy(b *testing.B, tab int) *live {
	l := newLive(b, bigConfig(), bigWidth, bigHeight, func(r *root) {
		r.sessions.chosen, r.sessions.byUser = big().Busy.ID(), true
		r.showTab(tab)
	})
	l.send(nil)
	return l
}

// BenchmarkKey takes the time from a key's message, as Bubble Tea makes it of what was typed, to the bytes of the frame that heeds it. So the
// wait for the message's turn, for the frame to be due, composing it, Bubble Tea's wait for its own tick and its rendering are in; the
// terminal's part isn't. Keys come at any time.
func BenchmarkKey(b *testing.B) {
	const keys = 150
	eachTab(b, func(b *testing.B, tab bigTab) {
		feed(b)
		l := onBusy(b, tab.index)
		for b.Loop() {
			var took []time.Duration
			for i := range keys {
				time.Sleep(time.Duration(20+rand.IntN(60)) * time.Millisecond)
				took = append(took, l.send(press([]string{"down", "up"}[i%2])))
			}
			percentiles(b, "ms", took)
		}
	})
}

// answer is how long it took from a message to frames that show what came of it.
type answer struct {
	frame   time.Duration // the first one
	outcome time.Duration // the first outcome of what the tab works out in the background, if nothing of it shows before
	whole   time.Duration // the first one that shows all that was searched for
}

// settle is for how long a tab is given to have a first outcome.
const settle = 500 * time.Millisecond

// answer times what comes of a message.
func (l *live) answer(tab bigTab, msg tea.Msg) answer {
	l.sent++
	began := time.Now()
	l.program.Send(timed{msg})
	shown := l.until(func(m mark) bool { return m.heeded >= l.sent })
	a := answer{frame: shown.at.Sub(began)}
	a.outcome, a.whole = a.frame, a.frame
	if shown.searching {
		a.whole = l.until(func(m mark) bool { return !m.searching }).at.Sub(began)
	}
	if !tab.later {
		return a
	}
	for over := time.After(settle); ; {
		select {
		case m := <-l.marks:
			if m.worked > shown.worked {
				a.outcome = m.at.Sub(began)
				return a
			}
		case <-over:
			return a
		}
	}
}

// percentilesOf reports the answers' percentiles.
func percentilesOf(b *testing.B, tab bigTab, answers []answer) {
	var frames, outcomes, wholes []time.Duration
	for _, a := range answers {
		frames, outcomes, wholes = append(frames, a.frame), append(outcomes, a.outcome), append(wholes, a.whole)
	}
	percentiles(b, "ms", frames)
	if tab.later {
		percentiles(b, "outcome-ms", outcomes)
	}
	if tab.searching {
		percentiles(b, "whole-ms", wholes)
	}
}

const answersEach = 25

// BenchmarkOpen opens a tab for the first time. The time goes until the frame that shows it, and outcome-ms until the first outcome of what the tab
// works out in the background. It goes all the way that BenchmarkKey tells of.
func BenchmarkOpen(b *testing.B) {
	eachTab(b, func(b *testing.B, tab bigTab) {
		feed(b)
		for b.Loop() {
			var answers []answer
			for range answersEach {
				l := onBusy(b, (tab.index+2)%8)
				time.Sleep(time.Duration(50+rand.IntN(50)) * time.Millisecond)
				answers = append(answers, l.answer(tab, press(string(rune('1'+tab.index)))))
				l.stop()
			}
			percentilesOf(b, tab, answers)
		}
	})
}

// bigFilters leave few rows.
var bigFilters = map[string]string{
	"calls": "dur > 300ms and err", "functions": "func ~ Method77", "goroutines": "Method17", "flame": "Method99",
	"timeline": "dur > 300ms", "packets": "type = Log", "output": "served", "watch": "dur",
}

// BenchmarkFilter types a filter, all at once. The time goes until the frame that shows the first that comes of it, whole-ms until all has been
// searched.
func BenchmarkFilter(b *testing.B) {
	eachTab(b, func(b *testing.B, tab bigTab) {
		if !tab.filters {
			b.Skip("takes no filter")
		}
		feed(b)
		for b.Loop() {
			var answers []answer
			for range answersEach {
				l := onBusy(b, tab.index)
				l.send(press("/"))
				time.Sleep(time.Duration(50+rand.IntN(50)) * time.Millisecond)
				answers = append(answers, l.answer(tab, tea.PasteMsg{Content: bigFilters[tab.name]}))
				l.stop()
			}
			percentilesOf(b, tab, answers)
		}
	})
}

// BenchmarkIdle is the share of a core that the program takes while nothing arrives: 100 sessions live, and 10,000 goroutines are in calls that go on.
func BenchmarkIdle(b *testing.B) {
	eachTab(b, func(b *testing.B, tab bigTab) {
		l := onBusy(b, tab.index)
		debug.FreeOSMemory()        // or the runtime gives back in the background what the other benchmarks took
		time.Sleep(5 * time.Second) // until what is in the background is done
		for b.Loop() {
			began, used := time.Now(), processTime()
			time.Sleep(5 * time.Second)
			b.ReportMetric(100*float64(processTime()-used)/float64(time.Since(began)), "core-%")
		}
		b.ReportMetric(0, "ns/op")
		l.stop()
	})
}
