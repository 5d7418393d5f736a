package ui

import (
	"slices"

	"goapptrace/model"
	"goapptrace/protocol"
)

// The columns of the table of functions.
const (
	functionName = iota
	functionCalls
	functionRate
	functionTrend
	functionTotal
	functionSelf
	functionMean
	functionP50
	functionP90
	functionP99
	functionMax
	functionErrors
	functionMode
	functionLost
	functionBar
)

var functionColumns = []tableColumn{
	functionName:   {title: "function", min: 20, want: 36, most: 90},
	functionCalls:  {title: "calls", min: 6, want: 7, most: 9, right: true, rank: 1},
	functionRate:   {title: "calls/s", min: 8, want: 8, most: 9, right: true, rank: 7},
	functionTrend:  {title: "trend", min: 8, want: model.TrendLen, most: model.TrendLen, rank: 11},
	functionTotal:  {title: "total", min: 7, want: 8, most: 10, right: true},
	functionSelf:   {title: "self", min: 8, want: 8, most: 10, right: true, rank: 4},
	functionMean:   {title: "mean", min: 7, want: 8, most: 10, right: true, rank: 8},
	functionP50:    {title: "p50", min: 7, want: 8, most: 10, right: true, rank: 6},
	functionP90:    {title: "p90", min: 7, want: 8, most: 10, right: true, rank: 9},
	functionP99:    {title: "p99", min: 7, want: 8, most: 10, right: true, rank: 2},
	functionMax:    {title: "max", min: 7, want: 8, most: 10, right: true, rank: 5},
	functionErrors: {title: "errors", min: 7, want: 8, most: 12, right: true, rank: 3},
	functionMode:   {title: "mode", min: 5, want: 5, most: 5, rank: 10},
	functionLost:   {title: "lost", min: 6, want: 6, most: 6, right: true, rank: 12},
	functionBar:    {title: "", min: 5, want: 10, most: 40, rank: 13},
}

// The ranks of columns that otherwise hardly matter, while they have something to tell.
const (
	toldModeRank = 3
	toldLostRank = 6 // names are marked, too
)

// sorts says what the columns are sorted by; the last one has no order of its own.
var sorts = [functionBar]model.FuncSort{
	functionName: model.SortName, functionCalls: model.SortCalls, functionRate: model.SortRate, functionTrend: model.SortRate,
	functionTotal: model.SortTotal, functionSelf: model.SortSelf, functionMean: model.SortMean,
	functionP50: model.SortP50, functionP90: model.SortP90, functionP99: model.SortP99, functionMax: model.SortMax,
	functionErrors: model.SortErrors, functionMode: model.SortMode, functionLost: model.SortLost,
}

// arrange gives the columns their room. Whatever is narrow, there is room for the column that the cursor is on, and for
// the one that the rows are sorted by.
func (p *functionsPane) arrange(width int) {
	told := func(tells func(model.FuncRow) bool) bool { return slices.ContainsFunc(p.list.rows, tells) }
	columns := p.table.columns
	for i := range columns {
		columns[i].rank = functionColumns[i].rank
	}
	if p.modes = p.modes || told(func(row model.FuncRow) bool { return row.Mode != protocol.FuncFull }); p.modes {
		columns[functionMode].rank = toldModeRank
	}
	if told(func(row model.FuncRow) bool { return row.Lost > 0 }) {
		columns[functionLost].rank = toldLostRank
	}
	columns[p.sort].rank, columns[p.table.cell].rank = 0, 0
	p.table.resize(width)
}

// side moves the cursor to another of the columns that are shown, or would be if there were room; the bar and the trend are
// none to stop at.
func (p *functionsPane) side(by int) {
	var stops []int
	for i := range p.table.ordered {
		if i != functionTrend && i != functionBar {
			stops = append(stops, i)
		}
	}
	if at := slices.Index(stops, p.table.cell) + by; at >= 0 && at < len(stops) {
		p.table.cell = stops[at]
		p.arrange(p.table.width)
	}
}
