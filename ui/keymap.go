package ui

import (
	"context"
	"slices"
	"strings"
	"unicode"

	"charm.land/bubbles/v2/key"
	tea "charm.land/bubbletea/v2"

	"goapptrace/model"
)

// Panes know the keys that their actions have by default, and nothing else. What the user has given other keys, the root
// translates: what is pressed, before a pane gets it, and what is shown of keys.

// Action is something that a key does.
type Action struct {
	Scope string   // "global", "move", or the pane in which it means something
	Name  string   // within the scope
	Does  string   // in a few words
	Keys  []string // by default
}

// The scopes that aren't panes: actions that mean the same everywhere, and those that move through lines.
const (
	scopeGlobal = "global"
	scopeMove   = "move"
)

// Actions are all actions that can be given other keys, by scope. No two have the same scope and name.
func Actions() []Action {
	r := newRoot(context.Background(), Config{Store: model.New(model.Limits{})})
	var all []Action
	var scopes []string // two panes may share one
	add := func(scope string, bindings []key.Binding) {
		if !slices.Contains(scopes, scope) {
			scopes = append(scopes, scope)
		}
		for _, b := range bindings {
			keys := slices.DeleteFunc(slices.Clone(b.Keys()), func(k string) bool { return k == "ctrl+c" }) // it always quits
			a := Action{scope, actionName(b), b.Help().Desc, keys}
			known := slices.ContainsFunc(all, func(k Action) bool { return k.Scope == scope && k.Name == a.Name })
			if !known && b.Help().Key != "" && (scope == scopeMove || !isMove(b)) {
				all = append(all, a)
			}
		}
	}
	add(scopeGlobal, r.globalActions())
	add(scopeMove, newMoveKeys().list())
	for _, p := range slices.Concat([]pane{r.sessions, r.handshake}, r.tabs, []pane{r.packets}) {
		keys := p.keys()
		if c, ok := p.(changeable); ok {
			keys = c.allKeys()
		}
		add(paneScope(p), keys)
	}
	slices.SortStableFunc(all, func(a, b Action) int { return slices.Index(scopes, a.Scope) - slices.Index(scopes, b.Scope) })
	return all
}

// Together says whether actions of two different scopes can mean something at the same time.
func Together(a, b string) bool {
	everywhere := func(scope string) bool { return scope == scopeGlobal || scope == scopeMove }
	return everywhere(a) || everywhere(b)
}

// globalActions are the global keys, with one for each tab.
func (r *root) globalActions() []key.Binding {
	var list []key.Binding
	for _, b := range r.keys.list() {
		if b.Help() != r.keys.Tab.Help() {
			list = append(list, b)
		}
	}
	return append(list, r.tabActions()...)
}

// tabActions open the tabs.
func (r *root) tabActions() []key.Binding {
	keys := r.keys.Tab.Keys()
	list := make([]key.Binding, min(len(r.tabs), len(keys)))
	for i := range list {
		list[i] = bind(keys[i], "open tab "+r.tabs[i].title(), keys[i])
	}
	return list
}

// paneScope is what a pane's actions are found under.
func paneScope(p pane) string { return slug(p.title()) }

// isMove says whether a pane's binding is one of those that move through lines.
func isMove(b key.Binding) bool {
	return slices.ContainsFunc(newMoveKeys().list(), func(m key.Binding) bool {
		return m.Help() == b.Help() && slices.Equal(m.Keys(), b.Keys())
	})
}

// actionName is what an action is called: what it does, in short.
func actionName(b key.Binding) string {
	does, _, _ := strings.Cut(b.Help().Desc, ",")
	if name := shortNames[does]; name != "" {
		return name
	}
	return slug(does)
}

// shortNames are the names of actions that say more of what they do.
var shortNames = map[string]string{
	"log or tree":                     "view",
	"all that is known of the call":   "detail",
	"its caller":                      "caller",
	"the packet it came in":           "packet",
	"fit it into the timeline":        "timeline",
	"mark the call":                   "mark",
	"go to a mark":                    "to-mark",
	"search commands":                 "palette",
	"who else watches":                "viewers",
	"the call that it came from":      "call",
	"all lines":                       "lines",
	"total":                           "weight",
	"session":                         "scope",
	"zoom the pane":                   "zoom",
	"pause and resume the view":       "pause",
	"shut the session down":           "shut-down",
	"end the session at once":         "cut",
	"open the source in $EDITOR":      "editor",
	"half a page up":                  "half-up",
	"half a page down":                "half-down",
	"its goroutine":                   "goroutine",
	"its calls":                       "calls",
	"sort by the next column":         "sort",
	"reverse the order":               "reverse",
	"trace mode":                      "trace",
	"trace mode of the whole package": "trace-package",
	"one by one":                      "view",
	"leaks: only what grows":          "growing",
	"compare with now":                "baseline",
	"the longest call":                "longest",
	"details":                         "open", // in the Functions tab enter does what the cell asks for
	"all its calls":                   "open",
	"the call behind the figure":      "open",
	"its longest call":                "open",
	"the latest that failed":          "open",
}

// slug is a text as a name: words of lower-case letters and digits with hyphens between.
func slug(text string) string {
	return strings.Join(strings.FieldsFunc(strings.ToLower(text), func(r rune) bool {
		return !unicode.IsLetter(r) && !unicode.IsDigit(r)
	}), "-")
}

// keymap is what the user has given other keys: keys by scope and action.
type keymap map[string]map[string][]string

// keys are the keys of an action, those by default when the user has given it none.
func (m keymap) keys(scope string, b key.Binding) []string {
	if len(m) == 0 {
		return b.Keys()
	}
	if isMove(b) {
		scope = scopeMove
	}
	if keys, ok := m[scope][actionName(b)]; ok {
		return keys
	}
	return b.Keys()
}

// shown is a binding as the user knows it.
func (m keymap) shown(scope string, b key.Binding) key.Binding {
	keys := m.keys(scope, b)
	if slices.Equal(keys, b.Keys()) {
		return b
	}
	enabled := b.Enabled()
	b = bind(strings.Join(keys, "/"), b.Help().Desc, keys...)
	b.SetEnabled(enabled && len(keys) > 0)
	return b
}

func (m keymap) allShown(scope string, bindings []key.Binding) []key.Binding {
	shown := make([]key.Binding, len(bindings))
	for i, b := range bindings {
		shown[i] = m.shown(scope, b)
	}
	return shown
}

// original is the key that an action has by default whose key was pressed: the focused pane's actions go first. It is
// empty for a key that the user has taken from its action, and the key itself when it has no action at all.
func (r *root) original(pressed string) string {
	if len(r.keymap) == 0 {
		return pressed
	}
	taken := false
	for _, scope := range r.scopes() {
		for _, b := range scope.bindings {
			keys := r.keymap.keys(scope.name, b)
			i := slices.Index(keys, pressed)
			switch {
			case i < 0:
				taken = taken || slices.Contains(b.Keys(), pressed)
			case slices.Equal(keys, b.Keys()):
				return pressed
			default:
				return b.Keys()[0]
			}
		}
	}
	if taken {
		return ""
	}
	return pressed
}

// keyScope is a scope with the actions that mean something now.
type keyScope struct {
	name     string
	bindings []key.Binding
}

// scopes are those of the focused pane and of everything.
func (r *root) scopes() []keyScope {
	var own []key.Binding
	name := ""
	r.guard(r.focusedSlot(), func(p pane) { own, name = p.keys(), paneScope(p) })
	return []keyScope{{name, own}, {scopeGlobal, r.globalActions()}}
}

// deliver does what a key, or two one after the other, does by default.
func (r *root) deliver(keys string) tea.Cmd {
	if strings.Contains(keys, " ") {
		return r.toPane(chordMsg(keys))
	}
	msg, ok := keyPress(keys)
	if !ok {
		return nil
	}
	if cmd, handled := r.global(msg); handled {
		return cmd
	}
	return r.toPane(msg)
}
