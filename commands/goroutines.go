package commands

import (
	"cmp"
	"context"
	"fmt"

	"github.com/spf13/cobra"

	"goapptrace/linefmt"
	"goapptrace/model"
	"goapptrace/query"
	"goapptrace/ui/safe"
)

func (r *run) goroutinesCommand() *cobra.Command {
	var flags listFlags
	cmd := &cobra.Command{
		Use: "goroutines [flags]", Short: "List goroutines that have called traced functions", Args: noArguments,
		Example: "  " + program + " goroutines --filter 'live and age > 10s'",
		RunE: func(cmd *cobra.Command, _ []string) error {
			list, err := r.chosen(&flags)
			if err != nil {
				return err
			}
			for _, s := range list {
				if err := r.goroutines(cmd.Context(), s, &flags); err != nil {
					return err
				}
			}
			return nil
		},
	}
	flags.register(cmd, query.Goroutines, "'live and age > 10s'")
	flags.registerSession(cmd)
	return cmd
}

// goroutines lists those of a session, by number.
func (r *run) goroutines(ctx context.Context, s *model.Session, flags *listFlags) error {
	const page = 1 << 12
	q := model.GoroutineQuery{Filter: flags.filter.Filter, Sort: model.ByID, Limit: page, Now: r.Now()}
	if !flags.json {
		fmt.Fprintf(r.out, "# session %d: %s\n", s.ID(), who(s.Row(r.Now())))
		fmt.Fprintln(r.out, "#goroutine  state        age    in calls    how many  began with, is in")
	}
	for last := uint64(0); ; q.Offset += page {
		rows := s.Goroutines(q).Rows
		for i := range rows {
			g := &rows[i].Goroutine
			switch {
			case g.ID <= last && last != 0: // others have gone or come meanwhile
			case flags.json:
				r.object(goroutineObject(s.ID(), g))
			default:
				r.goroutineLine(g)
			}
			last = max(last, g.ID)
		}
		if len(rows) < page {
			return nil
		}
		if ctx.Err() != nil {
			return context.Cause(ctx)
		}
	}
}

// goroutineStates are what the states are called, here and in filters.
var goroutineStates = [...]string{
	model.GoroutineLive: "live", model.GoroutineCut: "cut", model.GoroutineIdle: "idle", model.GoroutineQuiet: "quiet", model.GoroutineEnded: "ended",
}

func goroutineObject(session uint64, g *model.GoroutineInfo) any {
	return struct {
		linefmt.Goroutine
		State     string       `json:"state"`
		In        linefmt.Text `json:"in"`
		Depth     int          `json:"depth"`
		Calls     uint64       `json:"calls"`
		Errors    uint64       `json:"errors"`
		Panics    uint64       `json:"panics"`
		AgeNS     int64        `json:"age_ns"`
		InCallsNS int64        `json:"in_calls_ns"`
		Span      linefmt.Text `json:"span,omitempty"`
	}{
		linefmt.Goroutine{
			Kind: "goroutine", Session: session, Goroutine: g.ID, Parent: g.Parent, Entry: linefmt.Text(entry(g)), Creator: linefmt.Text(g.Creator),
			File: linefmt.Text(g.File), Line: g.Line,
		}, goroutineStates[g.State], linefmt.Text(g.Func), g.Depth, g.Calls, g.Errors, g.Panics, int64(g.Age), int64(g.InCalls), linefmt.Text(g.Span),
	}
}

// entry is the function that the goroutine began with, as the program told it.
func entry(g *model.GoroutineInfo) string {
	if g.Runner != "" {
		return string(g.Runner)
	}
	if !g.Told {
		return ""
	}
	return string(g.Entry)
}

func (r *run) goroutineLine(g *model.GoroutineInfo) {
	b := fmt.Appendf(r.out.line[:0], "%10s  %-5s  ", fmt.Sprint("g", g.ID), goroutineStates[g.State])
	b = append(linefmt.AppendDuration(b, uint64(g.Age)), "  "...)
	b = linefmt.AppendDuration(b, uint64(g.InCalls))
	b = fmt.Appendf(b, "  %10d  %s", g.Calls, cmp.Or(safe.Text(g.Entry), "?"))
	if g.Depth > 0 {
		b = fmt.Appendf(b, ", %s", safe.Text(g.Func))
	}
	r.out.line = append(b, '\n')
	_, _ = r.out.Write(r.out.line)
}
