package commands

import "strings"

// joinFilters makes a filter of several words one word again. An SSH client gives a command as one text, in which the quotes
// are gone that a shell has understood: calls --filter dur > 1ms --json. Flags end a filter.
func joinFilters(words []string) []string {
	var joined []string
	open := false // the last word may go on
	for i, word := range words {
		switch {
		case open && !isFlag(word):
			joined[len(joined)-1] += " " + word
			continue
		case strings.HasPrefix(word, "--filter="):
			open = true
		case i > 0 && words[i-1] == "--filter":
			open = true
		default:
			open = false
		}
		joined = append(joined, word)
	}
	return joined
}

// isFlag says whether a word in or behind a filter is a flag: -1 is a number.
func isFlag(word string) bool {
	name := strings.TrimLeft(word, "-")
	return len(name) < len(word) && name != "" && (name[0] >= 'a' && name[0] <= 'z')
}
