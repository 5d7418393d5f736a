package commands

import (
	"context"
	"fmt"
	"strings"

	"github.com/spf13/cobra"

	"goapptrace/linefmt"
	"goapptrace/model"
	"goapptrace/query"
	"goapptrace/ui/safe"
)

// sorts are what functions are sorted by.
var sorts = []struct {
	name string
	by   model.FuncSort
}{
	{"total", model.SortTotal},
	{"self", model.SortSelf},
	{"calls", model.SortCalls},
	{"mean", model.SortMean},
	{"max", model.SortMax},
	{"errors", model.SortErrors},
	{"name", model.SortName},
}

// sortFlag is an order of functions as a flag.
type sortFlag int

// Set implements [github.com/spf13/pflag.Value].
func (f *sortFlag) Set(text string) error {
	var names []string
	for i, s := range sorts {
		if s.name == text {
			*f = sortFlag(i)
			return nil
		}
		names = append(names, s.name)
	}
	return fmt.Errorf("there are %s", strings.Join(names, ", "))
}

// String implements [github.com/spf13/pflag.Value].
func (f *sortFlag) String() string { return sorts[*f].name }

// Type implements [github.com/spf13/pflag.Value].
func (*sortFlag) Type() string { return "column" }

// functionFlags say which functions to list.
type functionFlags struct {
	listFlags
	sort sortFlag
	top  int // of each session, 0 for all
}

func (r *run) functionsCommand() *cobra.Command {
	var flags functionFlags
	cmd := &cobra.Command{
		Use: "functions [flags]", Short: "List functions, with what their calls add up to", Args: noArguments,
		Example: "  " + program + " functions --top 20\n  " + program + " functions --json --filter 'calls > 1k and err'",
		RunE: func(cmd *cobra.Command, _ []string) error {
			if flags.top < 0 {
				return usage(cmd, "--top %d: needs a number over 0", flags.top)
			}
			list, err := r.chosen(&flags.listFlags)
			if err != nil {
				return err
			}
			for _, s := range list {
				if err := r.functions(cmd.Context(), s, &flags); err != nil {
					return err
				}
			}
			return nil
		},
	}
	flags.register(cmd, query.Functions, "store or 'calls > 1k and err'")
	flags.registerSession(cmd)
	cmd.Flags().Var(&flags.sort, "sort", "what goes first: most total or self time, most calls, the longest mean or max, most errors, or by name")
	cmd.Flags().Var(count{&flags.top}, "top", "only so many of each session")
	return cmd
}

// functions lists those of a session. A function that changes its place meanwhile isn't listed twice.
func (r *run) functions(ctx context.Context, s *model.Session, flags *functionFlags) error {
	const page = 1 << 12
	q := model.FuncQuery{Filter: flags.filter.Filter, Sort: sorts[flags.sort].by, Limit: page, Now: r.Now()}
	told := map[uint64]bool{}
	if !flags.json {
		fmt.Fprintf(r.out, "# session %d: %s\n", s.ID(), who(s.Row(r.Now())))
		fmt.Fprintln(r.out, "#      calls       total        self        mean         max  function")
	}
	for ; ; q.Offset += page {
		rows := s.Functions(q).Rows
		for i := range rows {
			row := &rows[i]
			switch {
			case told[row.ID]:
				continue
			case flags.json:
				r.object(functionObject(s.ID(), row))
			default:
				r.functionLine(row)
			}
			if told[row.ID] = true; len(told) == flags.top {
				return nil
			}
		}
		if len(rows) < page {
			return nil
		}
		if ctx.Err() != nil {
			return context.Cause(ctx)
		}
	}
}

// modeNames are the ways in which functions are traced.
var modeNames = [...]string{"full", "count", "off", "held"}

func functionObject(session uint64, row *model.FuncRow) any {
	return struct {
		Kind    string `json:"kind"` // "function"
		Session uint64 `json:"session"`
		linefmt.Function
		Open    uint64 `json:"open"`
		Counted uint64 `json:"counted"`
		Mode    string `json:"mode"`
	}{"function", session, linefmt.Function{
		Function: linefmt.Text(row.Name), File: linefmt.Text(row.File), Line: row.Line, Calls: row.Calls,
		TotalNS: uint64(row.Total), SelfNS: uint64(row.Self), MeanNS: uint64(row.Mean), MaxNS: uint64(row.Max),
		P50NS: uint64(row.P50), P90NS: uint64(row.P90), P99NS: uint64(row.P99),
		Panics: row.Panics, Errors: row.Errors, Lost: row.Lost, Touched: row.Touched,
	}, row.Open, row.Counted, modeNames[min(int(row.Mode), len(modeNames)-1)]}
}

func (r *run) functionLine(row *model.FuncRow) {
	b := fmt.Appendf(r.out.line[:0], "%12d", row.Calls)
	for _, d := range []struct {
		ns      uint64
		touched bool
	}{{uint64(row.Total), row.Lost > 0}, {uint64(row.Self), row.Lost+row.Touched > 0}, {uint64(row.Mean), row.Lost > 0}, {uint64(row.Max), row.Lost > 0}} {
		b = append(b, "  "...)
		mark := len(b)
		b = linefmt.AppendDuration(b, d.ns)
		if d.touched {
			linefmt.MarkAbout(b[mark-1:])
		}
	}
	b = append(append(b, "  "...), safe.Text(row.Name)...)
	for _, n := range []struct {
		of   uint64
		what string
	}{{row.Panics, "panics"}, {row.Errors, "errors"}, {row.Lost, "events lost"}} {
		if n.of > 0 {
			b = fmt.Appendf(b, ", %s: %d", n.what, n.of)
		}
	}
	r.out.line = append(b, '\n')
	_, _ = r.out.Write(r.out.line)
}
