package ui

import (
	"context"
	"slices"

	"goapptrace/model"
)

// tabled panes have a table whose columns the user can choose and put into another order.
type tabled interface {
	pane
	grid() *table
}

func (p *logPane[R]) grid() *table    { return &p.table }
func (p *functionsPane) grid() *table { return &p.table }

// tables are the panes with tables, by their names.
func (r *root) tables() map[string]*table {
	all := map[string]*table{}
	for _, p := range append(slices.Clone(r.tabs), r.packets) {
		if t, ok := p.(tabled); ok && all[paneScope(p)] == nil {
			all[paneScope(p)] = t.grid()
		}
	}
	return all
}

// Columns are the names of the columns of each table that can be chosen and put into another order.
func Columns() map[string][]string {
	names := map[string][]string{}
	for tab, t := range newRoot(context.Background(), Config{Store: model.New(model.Limits{})}).tables() {
		for _, c := range t.columns {
			names[tab] = append(names[tab], columnName(c))
		}
	}
	return names
}

// columnName is what a column is called: its title; one without is a mark, or wider a bar.
func columnName(c tableColumn) string {
	const widestMark = 4
	if name := slug(c.title); name != "" {
		return name
	}
	if c.most <= widestMark {
		return "mark"
	}
	return "bar"
}

// arrangeColumns gives the tables the columns that the user wants.
func (r *root) arrangeColumns() {
	for tab, t := range r.tables() {
		if names := r.config.Columns[tab]; names != nil {
			t.arrange(names)
		}
	}
}

// arrange shows the named columns alone, in their order.
func (t *table) arrange(names []string) {
	t.order = []int{}
	for _, name := range names {
		if i := slices.IndexFunc(t.columns, func(c tableColumn) bool { return columnName(c) == name }); i >= 0 && !slices.Contains(t.order, i) {
			t.order = append(t.order, i)
		}
	}
}

// shown are the columns without what takes room in those that aren't shown.
func (t *table) shown() []tableColumn {
	if t.order == nil {
		return t.columns
	}
	columns := make([]tableColumn, len(t.columns))
	for _, i := range t.order {
		columns[i] = t.columns[i]
	}
	return columns
}

// ordered yields the columns that are shown.
func (t *table) ordered(yield func(int) bool) {
	if t.order != nil {
		slices.Values(t.order)(yield)
		return
	}
	for i := range t.columns {
		if !yield(i) {
			return
		}
	}
}

// inOrder is what a row keeps of its cells when they are to be in another order.
type inOrder struct {
	pieces  []string // by column
	placing bool
}

// keep keeps the next cell until all are there.
func (r *row) keep(cell string) {
	r.next++
	r.pieces = append(r.pieces, make([]string, r.next-len(r.pieces))...)
	r.pieces[r.next-1] = cell
}

// place writes the cells that were kept.
func (r *row) place() {
	r.placing = true
	for _, i := range r.table.order {
		if i < len(r.pieces) {
			r.next = i
			r.painted(r.pieces[i])
		}
	}
}
