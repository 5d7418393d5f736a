package attach

import (
	"errors"
	"fmt"
	"time"
	"unicode/utf8"

	"goapptrace/model"
	"goapptrace/protocol"
	"goapptrace/watch"
)

// longestFound bounds each text of a report, in bytes, so that the largest report is an answer: 512 findings of six texts.
const longestFound = 512

// found is how it stands with what watchers have found. It comes with all news, the report when it is asked for.
type found struct {
	Changed uint64 // of the report
	News    int
	Failed  protocol.Text // why nobody looks any more
}

func foundBy(w *watch.Watch) found {
	f := found{Changed: w.Changed(), News: w.News()}
	if cause := w.Failed(); cause != nil {
		f.Failed = beginning(protocol.Text(fmt.Sprint(cause)))
	}
	return f
}

// reportArgs tells which report is meant, so that one before isn't taken for it. What is answered is the latest.
type reportArgs struct{ Changed uint64 }

var errNoWatch = errors.New("nobody watches here")

var askReport = ofStore("report", func(d *desk, _ uint64, _ reportArgs, now time.Time) (r watch.Report, err error) {
	if d.Watch == nil {
		return r, errNoWatch
	}
	r = d.Watch.Report(now)
	curtail(&r)
	return r, nil
})

// curtail leaves of a report what a screen shows, and no more than a watch keeps: so both ends know how large it can be.
func curtail(r *watch.Report) {
	r.Rows = r.Rows[:min(len(r.Rows), watch.MostWatchers)]
	room := watch.MostFindings
	for i := range r.Rows {
		row := &r.Rows[i]
		row.Name, row.Text = beginning(row.Name), beginning(row.Text)
		row.Findings = row.Findings[:min(len(row.Findings), room)]
		room -= len(row.Findings)
		for k := range row.Findings {
			shorten(&row.Findings[k])
		}
	}
}

func shorten(f *watch.Finding) {
	f.Watcher, f.App, f.Name, f.Of = beginning(f.Watcher), beginning(f.App), beginning(f.Name), beginning(f.Of)
	e := &f.Example
	f.Example = model.CallRow{
		Seq: e.Seq, G: e.G, File: beginning(e.File), Line: e.Line, Duration: e.Duration, End: e.End, Args: beginning(e.Args), Err: beginning(e.Err),
	}
}

// beginning cuts off what is beyond the bound, between two letters.
func beginning[T ~string](text T) T {
	if len(text) <= longestFound {
		return text
	}
	n := longestFound
	for n > longestFound-utf8.UTFMax && !utf8.RuneStart(text[n]) {
		n--
	}
	return text[:n]
}

// findings are what watchers have found at the other end, as [ui.Findings].
type findings struct{ *Client }

// stand is how it stands as far as the news tell.
func (f findings) stand() found {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.found
}

// Failed implements [ui.Findings], as do the next.
func (f findings) Failed() any {
	if cause := f.stand().Failed; cause != "" {
		return string(cause)
	}
	return nil
}

// Changed is another one where the store is: its watchers may have got as far.
func (f findings) Changed() uint64 {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.found.Changed + f.life<<48
}

func (f findings) News() int { return f.stand().News }

func (f findings) Report(now time.Time) watch.Report {
	f.mu.Lock()
	store, which := &farSession{client: f.Client, life: f.life}, f.found.Changed
	f.mu.Unlock()
	r := ask(store, askReport, now, reportArgs{which})
	curtail(&r)
	return r
}
