package commands

import (
	"errors"
	"slices"

	"github.com/spf13/cobra"

	"goapptrace/linefmt"
	"goapptrace/model"
	"goapptrace/query"
)

// listFlags are those of commands that list things.
type listFlags struct {
	json     bool
	filter   filterFlag
	sessions []uint64 // those to list things of, all when empty
}

// register registers flags for things of a kind, such as "calls".
func (f *listFlags) register(cmd *cobra.Command, kind query.Kind, example string) {
	f.filter.kind = kind
	cmd.Flags().BoolVar(&f.json, "json", false, "print one JSON object a line")
	cmd.Flags().Var(&f.filter, "filter", "print only "+cmd.Name()+" that match, such as "+example)
}

// registerSession registers --session, for things of sessions.
func (f *listFlags) registerSession(cmd *cobra.Command) {
	cmd.Flags().Var(&numbers{&f.sessions}, "session", "only those of the session with this number; may be given again")
}

// chosen are the sessions to list things of, those that were opened first at first.
func (r *run) chosen(f *listFlags) ([]*model.Session, error) {
	for _, id := range f.sessions {
		if r.Store.Session(id) == nil {
			return nil, noSession(id)
		}
	}
	var list []*model.Session
	for _, row := range r.Store.Sessions(r.Now()) {
		if s := r.Store.Session(row.ID); s != nil && (len(f.sessions) == 0 || slices.Contains(f.sessions, row.ID)) {
			list = append(list, s)
		}
	}
	return list, nil
}

// filterFlag is a filter of things of a kind as a flag.
type filterFlag struct {
	*query.Filter
	kind query.Kind
}

// Set implements [github.com/spf13/pflag.Value].
func (f *filterFlag) Set(text string) (err error) {
	f.Filter, err = query.Compile(text, f.kind)
	var wrong *query.Error
	if errors.As(err, &wrong) {
		return linefmt.Pointed(err, text, wrong.Before())
	}
	return err
}

// Type implements [github.com/spf13/pflag.Value].
func (*filterFlag) Type() string { return "filter" }
