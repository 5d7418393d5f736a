package agent

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"goapptrace/protocol"
)

type callKey struct {
	g     uint64
	start int64
}

type detailKey struct {
	callKey
	kind byte
}

type origin struct{ parent, site uint64 }

type site struct{ entry, creator string }

func (p *peer) takeDetails(d *protocol.DetailsPacket) {
	p.t.Helper()
	p.missing += d.Lost
	for i, g := range d.Gs {
		key := callKey{g, d.Starts[i]}
		if p.starts[key] == 0 {
			p.t.Errorf("%q tells of a call that hasn't begun: %+v", d.Texts[i], key)
		}
		p.details[detailKey{key, d.Kinds[i]}] = string(d.Texts[i])
	}
}

func (p *peer) takeGoroutines(g *protocol.GoroutinesPacket) {
	p.t.Helper()
	for i, id := range g.SiteIDs {
		if id != uint64(len(p.sites)+1) || g.Files[i] == "" && g.Creators[i] != "" || (g.Lines[i] == 0) != (g.Files[i] == "") {
			p.t.Errorf("site %d of %+v follows %d others", id, g, len(p.sites))
		}
		p.sites = append(p.sites, site{string(g.Entries[i]), string(g.Creators[i])})
	}
	for i, id := range g.IDs {
		if g.Sites[i] == 0 || g.Sites[i] > uint64(len(p.sites)) {
			p.t.Errorf("goroutine %d comes from site %d, %d are known", id, g.Sites[i], len(p.sites))
		}
		p.origins[id] = origin{g.Parents[i], g.Sites[i]}
	}
}

// detailsOf are the texts about the calls of the function whose name ends so, by kind.
func (p *peer) detailsOf(name string) map[byte]string {
	texts := map[byte]string{}
	for key, text := range p.details {
		if p.starts[key.callKey] == p.id(name) {
			texts[key.kind] = text
		}
	}
	return texts
}

// What a call knows arrives: where its goroutine comes from, its arguments, results, error and span, and what it logs.
func TestFacts(t *testing.T) {
	for _, errorTexts := range []bool{false, true} {
		v := newViewer(t)
		t.Setenv("GOAPPTRACE_REDACT", "passw*")
		failed := map[byte]string{}
		halved := map[byte]string{protocol.DetailArgs: "n=8", protocol.DetailResults: `4, err=&errorString{s: "halved"}`}
		if errorTexts {
			t.Setenv("GOAPPTRACE_ERRORS", "1")
			failed[protocol.DetailError], halved[protocol.DetailError] = "failed", "halved"
		}
		run := start(t, v.url(), "facts")
		p := watch(v, protocol.ServerEnd{})
		run.outcome()
		p.checkLedger()
		for name, want := range map[string]map[byte]string{
			"main.worker": {protocol.DetailArgs: "wg=*sync.WaitGroup, id=7", protocol.DetailSpan: "TestSomething"},
			"main.half":   halved,
			"main.fail":   failed,
		} {
			if diff := cmp.Diff(want, p.detailsOf(name)); diff != "" {
				t.Errorf("%s: %s", name, diff)
			}
		}
		if p.missing > 0 {
			t.Errorf("%d details were lost", p.missing)
		}
		for name, want := range map[string]protocol.EventKind{
			"main.worker": protocol.Leave, "main.half": protocol.LeaveError, "main.fail": protocol.LeaveError, "main.leave": protocol.LeavePanic,
		} {
			if got := p.ends[p.id(name)]; got != want {
				t.Errorf("%s ended as %d, want %d", name, got, want)
			}
		}
		p.checkFactsOf("main.worker")
		if p.counters.Unhooked != 3 {
			t.Errorf("%d functions have no hook, want 3", p.counters.Unhooked)
		}
	}
}

func (p *peer) checkFactsOf(worker string) {
	p.t.Helper()
	var g, mainG uint64
	for key, f := range p.starts {
		switch f {
		case p.id(worker):
			g = key.g
		case p.id("main.main"):
			mainG = key.g
		}
	}
	o := p.origins[g]
	if got, want := p.sites[o.site-1], (site{"main.worker", "main.facts"}); got != want || o.parent != mainG {
		p.t.Errorf("the goroutine comes from %+v and %d, want %+v and %d", got, o.parent, want, mainG)
	}
	if got, want := p.sites[p.origins[mainG].site-1], (site{"runtime.main", ""}); got != want {
		p.t.Errorf("the main goroutine comes from %+v, want %+v", got, want)
	}
	want := []*protocol.LogPacket{
		{G: g, Stream: "log", Message: "a line"},
		{
			G: g, Stream: "slog", Level: "WARN", Message: "a record",
			Keys: []protocol.Text{"user", "passWord"}, Values: []protocol.Text{"ann", "[redacted]"},
		},
	}
	for _, l := range p.logs {
		if l.Time == 0 {
			p.t.Errorf("%+v has no time", l)
		}
		l.Time = 0
	}
	if diff := cmp.Diff(want, p.logs); diff != "" {
		p.t.Error(diff)
	}
}

// What is too deep or too short is added up, and nothing is missing.
func TestFilteredProgram(t *testing.T) {
	for _, tt := range []struct{ name, depth, min string }{
		{"depth", "1", ""}, {"min", "", "20ms"}, {"both", "2", "20ms"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			v := newViewer(t)
			t.Setenv("GOAPPTRACE_DEPTH", tt.depth)
			t.Setenv("GOAPPTRACE_MIN", tt.min)
			run := start(t, v.url(), "ticks", "30ms", "123")
			p := watch(v, protocol.ServerEnd{})
			run.outcome()
			p.checkLedger()
			want := map[uint64]int{p.id("main.main"): 1}
			if tt.min == "" {
				want[p.id("main.init.0")] = 1
			}
			if diff := cmp.Diff(want, p.calls); diff != "" || p.tallies[p.id("main.call")].Calls != 1003 {
				t.Errorf("streamed other calls, and dropped %+v: %s", p.tallies, diff)
			}
		})
	}
	v := newViewer(t)
	t.Setenv("GOAPPTRACE_DEPTH", "2")
	run := start(t, v.url(), "facts")
	p := watch(v, protocol.ServerEnd{})
	run.outcome()
	p.checkLedger()
	if got := p.detailsOf("main.worker")[protocol.DetailArgs]; got != "wg=*sync.WaitGroup, id=7" {
		t.Errorf("the arguments are %q", got)
	}
	if got := p.detailsOf("main.half"); len(got) != 2 {
		t.Errorf("%+v is known of a call that isn't too deep", got)
	}
}
