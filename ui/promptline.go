package ui

import (
	"strings"

	tea "charm.land/bubbletea/v2"

	"goapptrace/query"
	"goapptrace/ui/safe"
)

// promptExtra is how many lines beside the footer the prompt takes from the panes.
func (r *root) promptExtra() int {
	if r.prompt == nil || r.height <= minHeight {
		return 0
	}
	return 1
}

// drawPrompt draws the line that is typed and, where there is room, what is to say of it below.
func (r *root) drawPrompt() []string {
	p := r.prompt
	line, shift, cursor := p.line(r.width)
	r.cursor = tea.NewCursor(min(cursor, r.width-1), r.height-1-r.promptExtra())
	if name := p.name.Value(); p.naming {
		r.cursor = tea.NewCursor(min(len("  name: ")+safe.Width(safe.String(name)), r.width-1), r.height-1)
	}
	if r.promptExtra() > 0 {
		return []string{safe.Fit(line, r.width), safe.Fit(p.told(r.width, shift), r.width)}
	}
	return []string{safe.Fit(line, r.width)}
}

// line draws what is typed. Shift is how many cells of it are cut off on the left, cursor the cell in which the cursor stands.
func (p *prompt) line(width int) (line string, shift, cursor int) {
	const ahead = 20 // cells that stay free behind the cursor
	value := []rune(p.input.Value())
	before := safe.String(string(value[:p.input.Position()]))
	after := safe.String(string(value[p.input.Position():]))
	shown := safe.ClipLeft(before, width-ahead)
	shift = safe.Width(before) - safe.Width(shown)
	return " " + p.env.styles.Footer.Prompt.Render("/") + shown + after, shift, 2 + safe.Width(shown)
}

// told is what is to say of what is typed: what is wrong, under the place, or which keys there are.
func (p *prompt) told(width, shift int) string {
	styles := p.env.styles
	switch {
	case p.naming:
		return "  " + styles.Footer.Prompt.Render("name: ") + safe.String(p.name.Value())
	case p.wrong == nil || p.menu.open():
		return "  " + styles.Footer.Action.Render(p.hint())
	}
	paint := styles.Footer.Error
	if p.wrong.At >= len([]rune(p.wrong.Text)) {
		paint = styles.Text.Warn // there may be more to come
	}
	at := min(max(2+safe.Width(safe.String(p.wrong.Before()))-shift, 2), width-1)
	message := safe.String(p.wrong.Message)
	if room := width - at - 3; safe.Width(message) > room && at > room {
		message = safe.ClipLeft(message, at-2)
		return strings.Repeat(" ", at-1-safe.Width(message)) + paint.Render(message+" ^")
	}
	return strings.Repeat(" ", at) + paint.Render("^ "+p.env.clip(message, width-at-3))
}

func (p *prompt) hint() string {
	k := p.keys
	switch {
	case p.menu.saved:
		return "enter takes it, ctrl+d forgets it, esc closes the list"
	case p.menu.open():
		return "enter takes it, tab goes on, esc closes the list"
	case p.finish != nil:
		return k.Keep.Help().Key + " goes on to its name, " + k.Drop.Help().Key + " drops it, " + k.Complete.Help().Key + " completes: " + p.example()
	case p.knows:
		return k.Keep.Help().Key + " keeps it, " + k.Drop.Help().Key + " drops it, " + k.Complete.Help().Key + " completes, ctrl+r lists saved ones, ctrl+n names it: " + p.example()
	}
	return k.Keep.Help().Key + " keeps it, " + k.Drop.Help().Key + " drops it"
}

// example is what a filter of the pane may look like.
func (p *prompt) example() string {
	return map[query.Kind]string{
		query.Watches:    "dur > 200ms, or rate(func) > 20 and err",
		query.Calls:      "dur > 10ms and err",
		query.Functions:  "pkg = main and self > 1s",
		query.Packets:    "dir = out or bytes > 16KiB",
		query.Output:     `level >= warn or "not found"`,
		query.Sessions:   "live and rate > 1k",
		query.Goroutines: "live and age > 10s",
		query.Findings:   "pkg = main and times > 10",
	}[p.kind]
}

// known are the values that the selected session has in a field, or all sessions.
func (r *root) known(f query.Field) (values []string) {
	switch f {
	case query.FieldSession, query.FieldHost:
		for _, row := range r.sessions.all {
			if f == query.FieldHost {
				values = append(values, string(row.Host))
			} else {
				values = append(values, string(row.App))
			}
		}
		return values
	}
	if s := r.session(); s != nil {
		answered(func() { values = s.Known(f) })
	}
	return values
}
