package ui

import (
	"cmp"
	"slices"
	"strings"

	"goapptrace/model"
	"goapptrace/ui/safe"
)

// item is a part of the header. When there is no room for all, the one of the highest rank goes first; 0 stays.
type item struct {
	text string
	rank int
}

// header is the line on top: what goes on, and where we listen.
func (r *root) header() string {
	items := r.fittingItems()
	line := joinItems(items)
	const gap = 3
	room := r.width - safe.Width(line) - gap - 1
	addresses := r.env.styles.Header.Dim.Render(shortAddresses(r.config.Addresses, room))
	return safe.Fit(line+safe.PadLeft(addresses, room+gap), r.width)
}

// fittingItems are the items that there is room for.
func (r *root) fittingItems() []item {
	items := r.headerItems(model.Sum(r.sessions.all))
	line := joinItems(items)
	for safe.Width(line) > r.width {
		last := slices.MaxFunc(items, func(a, b item) int { return cmp.Compare(a.rank, b.rank) })
		if last.rank == 0 {
			break
		}
		items = slices.DeleteFunc(items, func(it item) bool { return it.rank == last.rank })
		line = joinItems(items)
	}
	return items
}

func joinItems(items []item) string {
	parts := make([]string, len(items))
	for i, it := range items {
		parts[i] = it.text
	}
	return " " + strings.Join(parts, "  ")
}

func (r *root) headerItems(totals model.Totals) []item {
	styles := r.env.styles.Header
	sessions := countOf(uint64(totals.Sessions), "sessions")
	items := []item{
		{styles.Brand.Render("goapptrace") + " " + r.mood(totals), 0},
		{styles.Text.Render(sessions), 4},
	}
	if !r.span.All() {
		items = append(items, item{styles.Paused.Render(r.env.rangeText(r.span)), 0})
	}
	if totals.Sessions > 0 && !r.cutOff() { // others have no rates, only memories of them
		items = append(items,
			item{styles.Text.Render(strings.TrimSuffix(formatRate(totals.CallsPerSecond), "/s") + " calls/s"), 2},
			item{styles.Text.Render(formatBytes(uint64(max(totals.BytesPerSecond, 0))) + "/s"), 5})
	}
	items = append(append(items, r.newsItem()...), r.companyItem()...)
	items = append(items, r.lost(totals))
	return append(items, r.ledger(totals)...)
}

// ledger tells what else isn't shown: calls that are no longer kept, and events that nobody can account for.
func (r *root) ledger(totals model.Totals) (items []item) {
	styles := r.env.styles
	if totals.RetainedOut > 0 {
		items = append(items, item{styles.Header.Dim.Render("dropped " + formatCount(totals.RetainedOut)), 3})
	}
	if totals.Difference != 0 {
		off := uint64(max(totals.Difference, -totals.Difference))
		items = append(items, item{styles.Text.Bad.Render("ledger off by " + formatCount(off)), 0})
	}
	return items
}

// cutOff says that nothing new comes: what is shown are memories. The footer tells why.
func (r *root) cutOff() bool { return r.store.Trouble() != "" }

// mood is the state of the whole in a word.
func (r *root) mood(totals model.Totals) string {
	styles, glyphs := r.env.styles.Header, r.env.glyphs
	switch {
	case r.cutOff():
		return styles.Paused.Render(glyphs.Ended + " no connection")
	case r.isPaused():
		return styles.Paused.Render(glyphs.Pause + " " + r.pauseText())
	case totals.Sessions > 0:
		return styles.Live.Render(glyphs.Live + " live")
	case r.sessions.empty():
		return styles.Dim.Render(glyphs.Half + " waiting")
	}
	return styles.Dim.Render(glyphs.Ended + " all ended")
}

// pauseText says how far the tab's view has stayed behind, in the words of the tab itself.
func (r *root) pauseText() string {
	text := "paused"
	if _, shown := r.layout.find(slotTab); shown {
		r.guard(slotTab, func(p pane) {
			if b, ok := p.(pausable); ok {
				text = pausedText(b.behind())
			}
		})
	}
	return text
}

// pausedText says that a view is paused, and how many rows behind.
func pausedText(rows uint64, what string) string {
	if rows == 0 {
		return "paused"
	}
	return "paused, " + countOf(rows, what) + " behind"
}

// lost tells what is missing. The handshake pane tells why, and what to do.
func (r *root) lost(totals model.Totals) item {
	styles := r.env.styles
	losing := r.losing.see(totals.Lost, r.now())
	cause := ""
	if c := lossCause(totals.Losses); c != "" && r.width >= 70 {
		cause = ": " + c
	}
	switch {
	case losing:
		return item{styles.Header.Losing.Render(" " + r.env.glyphs.Loss + " losing, " + countOf(totals.Lost, "events") + cause + " "), 0}
	case totals.Lost > 0:
		return item{styles.Text.Bad.Render("lost " + formatCount(totals.Lost) + cause), 0}
	}
	return item{styles.Header.Dim.Render("lost 0"), 1}
}

// shortAddresses writes as many addresses as fit, cut at the left where they must be.
func shortAddresses(addresses []string, room int) string {
	var kept []string
	for _, a := range addresses {
		kept = append(kept, shortAddress(a))
	}
	for len(kept) > 0 {
		line := strings.Join(kept, "  ")
		if safe.Width(line) <= room {
			return line
		}
		if len(kept) == 1 {
			break
		}
		kept = kept[:len(kept)-1]
	}
	const least = 12
	if len(kept) == 0 || room < least {
		return ""
	}
	return safe.ClipLeft(kept[0], room)
}

// shortAddress leaves the directories of a socket's path out.
func shortAddress(address string) string {
	address = safe.String(address)
	path, isUnix := strings.CutPrefix(address, "unix://")
	if i := strings.LastIndex(path, "/"); isUnix && i > 0 {
		return "unix:…" + path[i:]
	}
	return address
}
