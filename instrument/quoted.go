package instrument

import (
	"errors"
	"fmt"
	"strings"
)

// splitQuoted splits the value of a flag into words as the go command does: at white space, outside of words in single or
// double quotes, in which nothing is special.
func splitQuoted(s string) ([]string, error) {
	const space = " \t\n\r"
	var words []string
	for s = strings.TrimLeft(s, space); s != ""; s = strings.TrimLeft(s, space) {
		if quote := s[:1]; quote == `"` || quote == `'` {
			word, rest, ok := strings.Cut(s[1:], quote)
			if !ok {
				return nil, errors.New("a quote has no end")
			}
			words, s = append(words, word), rest
			continue
		}
		end := strings.IndexAny(s, space)
		if end < 0 {
			end = len(s)
		}
		words, s = append(words, s[:end]), s[end:]
	}
	return words, nil
}

// joinQuoted is its inverse.
func joinQuoted(words []string) (string, error) {
	var quoted []string
	for _, word := range words {
		switch {
		case word != "" && !strings.ContainsAny(word, " \t\n\r'\""):
			quoted = append(quoted, word)
		case !strings.Contains(word, `'`):
			quoted = append(quoted, `'`+word+`'`)
		case !strings.Contains(word, `"`):
			quoted = append(quoted, `"`+word+`"`)
		default:
			return "", fmt.Errorf("%q has quotes of both kinds, which the go command can't take", word)
		}
	}
	return strings.Join(quoted, " "), nil
}
