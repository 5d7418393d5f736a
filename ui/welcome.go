package ui

import (
	"strings"

	"charm.land/bubbles/v2/key"
	tea "charm.land/bubbletea/v2"

	"goapptrace/ui/safe"
)

// defaultHint traces a program of the user's.
const defaultHint = "goapptrace run ./cmd/app"

// welcomePane is what there is to see before anything has connected: where we listen, and what to do.
type welcomePane struct {
	env           *env
	config        Config
	hint          string
	width, height int
}

func newWelcomePane(env *env, config Config) *welcomePane {
	p := &welcomePane{env: env, config: config, hint: firstLine(config.Hint)}
	if p.hint == "" {
		p.hint = defaultHint
	}
	return p
}

// firstLine is what there is of a command to copy: a shell runs what is pasted line by line, and the hint may be a server's.
func firstLine(hint string) string {
	line, _, _ := strings.Cut(strings.TrimSpace(hint), "\n")
	return safe.String(strings.TrimSpace(line))
}

func (p *welcomePane) title() string                  { return "Waiting" }
func (p *welcomePane) resize(width, height int)       { p.width, p.height = width, height }
func (p *welcomePane) refresh(moment)                 {}
func (p *welcomePane) update(tea.Msg) (tea.Cmd, bool) { return nil, false }

// copyText is the command, which is only shown when there is no program yet.
func (p *welcomePane) copyText() string {
	if p.config.Program != nil {
		return ""
	}
	return p.hint
}

func (p *welcomePane) keys() []key.Binding {
	if p.config.Program != nil {
		return nil
	}
	return []key.Binding{bind("y", "copy the command", "y")}
}

func (p *welcomePane) view() string {
	lines := p.text()
	widest := 0
	for _, line := range lines {
		widest = max(widest, safe.Width(line))
	}
	left := strings.Repeat(" ", max(1, (p.width-widest)/2))
	centred := make([]string, max(0, (p.height-len(lines))/3), p.height+len(lines))
	for _, line := range lines {
		centred = append(centred, left+line)
	}
	return strings.Join(fill(centred, p.width, p.height), "\n")
}

// text is laid out for the width there is.
func (p *welcomePane) text() []string {
	text := p.env.styles.Text
	width := min(p.width-2, 72)
	lines := []string{text.Strong.Render(p.state()), ""}
	for _, notice := range p.config.Notices {
		for _, line := range wrap(safe.String(notice), width) {
			lines = append(lines, text.Warn.Render(line))
		}
	}
	if len(p.config.Notices) > 0 {
		lines = append(lines, "")
	}
	if len(p.config.Addresses) > 0 {
		lines = append(lines, text.Dim.Render("Listening on"))
		for _, address := range p.config.Addresses {
			lines = append(lines, "  "+safe.ClipLeft(safe.String(address), width-2))
		}
		lines = append(lines, "")
	}
	if p.config.Program != nil {
		return lines
	}
	lines = p.command(lines, "Trace a program of yours, from another terminal", p.hint, width)
	if p.config.BuiltHint != "" {
		lines = append(lines, "")
		lines = p.command(lines, "or one that goapptrace build has made", p.config.BuiltHint, width)
	}
	return lines
}

// command adds a command that does something, in as many lines as it takes.
func (p *welcomePane) command(lines []string, does, command string, width int) []string {
	lines = append(lines, p.env.styles.Text.Dim.Render(does))
	for _, line := range wrap(safe.String(command), width-2) {
		lines = append(lines, "  "+p.env.styles.Footer.Prompt.Render(line))
	}
	return lines
}

func (p *welcomePane) state() string {
	program := p.config.Program
	switch {
	case program == nil:
		return "Nothing is connected yet."
	case program.Running():
		return safe.Clip(safe.String(program.Name()), 40) + " is starting."
	}
	return safe.Clip(safe.String(program.Name()), 40) + " ended before it connected."
}
