package commands

import (
	"cmp"
	"fmt"

	"github.com/spf13/cobra"

	"goapptrace/linefmt"
	"goapptrace/model"
	"goapptrace/protocol"
	"goapptrace/query"
	"goapptrace/ui/safe"
)

func (r *run) sessionsCommand() *cobra.Command {
	var flags listFlags
	cmd := &cobra.Command{
		Use: "sessions [flags]", Short: "List the programs that have connected", Args: noArguments,
		Example: "  " + program + " sessions --json --filter 'live and rate > 1k'",
		RunE: func(*cobra.Command, []string) error {
			if !flags.json {
				fmt.Fprintln(r.out, "#    id  state                 calls     calls/s        lost       pid  program")
			}
			for _, row := range r.Store.Sessions(r.Now()) {
				switch {
				case !row.Passes(flags.filter.Filter):
				case flags.json:
					r.object(r.sessionObject(row))
				default:
					r.sessionLine(row)
				}
			}
			return nil
		},
	}
	flags.register(cmd, query.Sessions, "'live and rate > 1k'")
	return cmd
}

func (r *run) sessionLine(row model.SessionRow) {
	fmt.Fprintf(r.out, "%7d  %-14s %12d  %10.0f  %10d  %8d  %s", row.ID, row.State, row.Calls+row.Counted, row.CallsPerSecond, row.Lost, row.PID, who(row))
	if row.Reason != "" {
		fmt.Fprintf(r.out, ": %s", safe.Text(row.Reason))
	}
	fmt.Fprintln(r.out)
}

// who is the name of a session, fit for a terminal.
func who(row model.SessionRow) string {
	return cmp.Or(safe.Text(row.App), safe.String(row.Remote), "a peer without a name")
}

func (r *run) sessionObject(row model.SessionRow) linefmt.Session {
	o := linefmt.Session{
		Kind: "session", ID: row.ID, State: row.State.String(), Reason: linefmt.Text(row.Reason), AtNS: row.Since.UnixNano(), Remote: linefmt.Text(row.Remote),
		Stats: sessionStats(row, r.Now().UnixNano()),
	}
	if h := row.Hello; h != nil {
		o.App, o.PID, o.Host, o.ExecPath = linefmt.Text(h.AppName), h.PID, linefmt.Text(h.Host), linefmt.Text(h.ExecPath)
		o.GoVersion, o.Module, o.Epoch = linefmt.Text(h.GoVersion), linefmt.Text(h.ModulePath), h.Epoch
	}
	if row.Exit != nil {
		o.Crash = linefmt.Text(row.Exit.Crash)
	}
	if row.Version != (protocol.Version{}) {
		o.Version = row.Version.String()
	}
	if s := r.Store.Session(row.ID); s != nil && row.State == protocol.StateRefused {
		for _, step := range s.Handshake() {
			if step.Outcome == protocol.OutcomeFailed {
				o.FailedStep, o.Fix = step.Name, linefmt.Text(step.Fix)
			}
		}
	}
	return o
}

func sessionStats(row model.SessionRow, now int64) *linefmt.Stats {
	o := &linefmt.Stats{
		Kind: "stats", Session: row.ID, AtNS: now, Final: row.State.Ended(),
		Events: row.Events, Calls: row.Calls + row.Counted, Open: row.Open, Unpaired: row.Orphans, Unkept: row.Unkept,
		Counted: row.Counted, Emitted: row.Emitted, Lost: row.Lost, LostCauses: []linefmt.Cause{},
		Packets: row.Packets, Bytes: row.Bytes, DetailsLost: row.DetailsLost, Unhooked: row.Unhooked,
	}
	for _, l := range row.Losses {
		o.LostCauses = append(o.LostCauses, linefmt.Cause{Cause: linefmt.Text(l.Cause), Events: l.Events})
	}
	return o
}

// object prints o as a line.
func (r *run) object(o any) {
	r.out.line = linefmt.AppendObject(r.out.line[:0], o)
	_, _ = r.out.Write(r.out.line)
}
