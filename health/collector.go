package health

import (
	"maps"
	"runtime"
	"slices"
	"strings"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"

	"goapptrace/model"
	"goapptrace/protocol"
	"goapptrace/session"
	"goapptrace/watch"
)

// Sources are what is told about. Fields that are nil are left out.
type Sources struct {
	Version string // of goapptrace
	Store   *model.Store
	Tally   *Tally
	Watch   *watch.Watch
	Session func() session.Stats
	Viewers func() []Viewer
	SSH     func() SSH
}

// Viewer is somebody who watches, by how and what he may do.
type Viewer struct{ Kind, Role string }

// Kinds and roles of viewers that are told apart.
var (
	kinds = []string{"screen", "command", "attach", "local"}
	roles = []string{"watch", "operate"}
)

// SSH are counts of SSH connections since the beginning, but for the last.
type SSH struct {
	Accepted        uint64
	Refused         uint64 // over a limit, or kept out for failures
	Failed          uint64 // without proof of a key
	Stalled         uint64 // took nothing for too long
	Unauthenticated int    // now
}

// registry gathers everything that there is to tell.
func (s Sources) registry() *prometheus.Registry {
	r := prometheus.NewRegistry()
	r.MustRegister(collector{s}, s.Tally.lag, collectors.NewGoCollector(),
		collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}))
	return r
}

// collector asks the sources whenever somebody asks it.
type collector struct{ Sources }

// Describe implements [prometheus.Collector].
func (c collector) Describe(to chan<- *prometheus.Desc) {
	for _, d := range all {
		to <- d.desc
	}
}

// Collect implements [prometheus.Collector].
func (c collector) Collect(to chan<- prometheus.Metric) {
	g := gathering{to}
	g.put(build, 1, c.Version, runtime.Version())
	c.store(g)
	g.sums(c.Tally.Sums())
	if newest := c.Tally.Newest(); !newest.IsZero() {
		g.put(newestEvent, float64(newest.UnixNano())/1e9)
	}
	if c.Watch != nil {
		g.put(findings, float64(c.Watch.News()))
	}
	if c.Session != nil {
		g.session(c.Session())
	}
	if c.Viewers != nil {
		g.viewers(c.Viewers())
	}
	if c.SSH != nil {
		g.ssh(c.SSH())
	}
}

func (c collector) store(g gathering) {
	byState := make([]int, protocol.StateLost+1)
	for _, row := range c.Store.Sessions(time.Now()) {
		byState[row.State]++
	}
	for state, n := range byState {
		g.put(sessions, float64(n), strings.ReplaceAll(protocol.State(state).String(), " ", "_"))
	}
	held, most := c.Store.Memory()
	g.put(memoryHeld, float64(held))
	g.put(memoryLimit, float64(most))
}

// gathering is where figures go.
type gathering struct{ to chan<- prometheus.Metric }

func (g gathering) put(d description, v float64, labels ...string) {
	g.to <- prometheus.MustNewConstMetric(d.desc, d.kind, v, labels...)
}

func (g gathering) sums(s Sums) {
	g.put(events, float64(s.Events))
	g.put(calls, float64(s.Calls))
	g.put(countedCalls, float64(s.Counted))
	g.put(forgottenCalls, float64(s.Forgotten))
	g.put(lostEvents, float64(s.Lost))
	g.put(lostByCause, float64(s.LostCalls), "call_not_recorded")
	g.put(lostByCause, float64(s.LostEnds), "end_not_recorded")
	g.put(lostByCause, float64(s.LostOtherwise), "other")
	g.put(unexplained, float64(s.Unexplained))
	g.put(missingBatches, float64(s.MissingBatches))
	g.put(lostDetails, float64(s.LostDetails))
	g.put(malformed, float64(s.Malformed))
}

func (g gathering) session(s session.Stats) {
	g.put(accepted, float64(s.Accepted))
	g.put(established, float64(s.Established))
	g.put(broken, float64(s.Lost))
	g.put(unauthenticated, float64(s.Unauthenticated))
	g.put(bytesIn, float64(s.BytesIn))
	g.put(packetsIn, float64(s.PacketsIn))
	for _, cause := range slices.Sorted(maps.Keys(s.Dropped)) {
		g.put(dropped, float64(s.Dropped[cause]), string(cause))
	}
}

func (g gathering) viewers(list []Viewer) {
	count := map[Viewer]int{}
	for _, v := range list {
		count[v]++
	}
	for _, role := range roles {
		for _, kind := range kinds {
			g.put(viewers, float64(count[Viewer{kind, role}]), kind, role)
		}
	}
}

func (g gathering) ssh(s SSH) {
	g.put(sshAccepted, float64(s.Accepted))
	g.put(sshEnded, float64(s.Refused), "limit")
	g.put(sshEnded, float64(s.Failed), "no_key")
	g.put(sshEnded, float64(s.Stalled), "stalled")
	g.put(sshUnauthenticated, float64(s.Unauthenticated))
}
