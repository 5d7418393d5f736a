package ui

import (
	"fmt"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	tea "charm.land/bubbletea/v2"
)

// specialKeys are the keys that have names, as [tea.Key.Keystroke] gives them.
var specialKeys = map[string]rune{
	"enter": tea.KeyEnter, "tab": tea.KeyTab, "backspace": tea.KeyBackspace, "esc": tea.KeyEscape, "space": tea.KeySpace,
	"up": tea.KeyUp, "down": tea.KeyDown, "left": tea.KeyLeft, "right": tea.KeyRight,
	"insert": tea.KeyInsert, "delete": tea.KeyDelete, "home": tea.KeyHome, "end": tea.KeyEnd,
	"pgup": tea.KeyPgUp, "pgdown": tea.KeyPgDown,
}

// keyMods are in the order in which they stand before a key.
var keyMods = []struct {
	prefix string
	mod    tea.KeyMod
}{{"ctrl+", tea.ModCtrl}, {"alt+", tea.ModAlt}, {"shift+", tea.ModShift}}

// keyPress is the message of the key with a name, such as "G", "ctrl+d" or "f1".
func keyPress(name string) (msg tea.KeyPressMsg, ok bool) {
	base := name
	for _, m := range keyMods {
		if rest, found := strings.CutPrefix(base, m.prefix); found && rest != "" {
			base, msg.Mod = rest, msg.Mod|m.mod
		}
	}
	if code, known := specialKeys[base]; known {
		msg.Code = code
		if base == "space" && msg.Mod == 0 {
			msg.Text = " "
		}
		return msg, true
	}
	if n, err := strconv.Atoi(strings.TrimPrefix(base, "f")); err == nil && base[0] == 'f' && n >= 1 && n <= 20 {
		msg.Code = tea.KeyF1 + rune(n-1)
		return msg, true
	}
	r, size := utf8.DecodeRuneInString(base)
	if size != len(base) || !unicode.IsGraphic(r) || unicode.IsSpace(r) || r == utf8.RuneError {
		return tea.KeyPressMsg{}, false
	}
	msg.Code = r
	if msg.Mod == 0 {
		msg.Text = base
	}
	return msg, true
}

// lostKeys are keys that terminals can't tell from others, and which.
var lostKeys = map[string]string{"ctrl+h": "backspace", "ctrl+i": "tab", "ctrl+j": "enter", "ctrl+m": "enter", "ctrl+[": "esc"}

// CheckKey says whether an action can have a key of that name: a character, a name such as enter, f1 or ctrl+d, or two of
// them with a space between, to be pressed one after the other.
func CheckKey(name string) error {
	parts := strings.Split(name, " ")
	if len(parts) > 2 {
		return fmt.Errorf("%q is more than two keys", name)
	}
	for _, part := range parts {
		_, ok := keyPress(part)
		other, lost := lostKeys[part]
		switch {
		case !ok:
			return fmt.Errorf("%q is no key: write a character, or a name such as enter, f1, pgdown, ctrl+d, alt+x", part)
		case lost:
			return fmt.Errorf("terminals can't tell %s from %s", part, other)
		case part == "ctrl+c":
			return fmt.Errorf("ctrl+c always quits")
		case len(part) == len("shift+a") && strings.HasPrefix(part, "shift+"):
			return fmt.Errorf("write %q for %s", strings.ToUpper(part[len("shift+"):]), part)
		}
	}
	return nil
}
