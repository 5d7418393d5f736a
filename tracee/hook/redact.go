package hook

import "syscall"

// redactions are the patterns of names whose values are kept from everybody, in lower case.
var redactions []string

// Redacted says whether the value that has the name must not be shown: GOAPPTRACE_REDACT has a pattern for it. Patterns have
// commas between them; in one, * stands for any text, and upper and lower case are the same.
func Redacted(name string) bool {
	for _, p := range redactions {
		if matchFold(p, name) {
			return true
		}
	}
	return false
}

// patterns splits a list with commas, and makes it lower case.
func patterns(list string) []string {
	var all []string
	for list != "" {
		end := 0
		for end < len(list) && list[end] != ',' {
			end++
		}
		if p := trim(list[:end]); p != "" {
			all = append(all, p)
		}
		list = list[min(end+1, len(list)):]
	}
	return all
}

// trim returns s in lower case, without the spaces around it.
func trim(s string) string {
	for s != "" && s[0] == ' ' {
		s = s[1:]
	}
	for s != "" && s[len(s)-1] == ' ' {
		s = s[:len(s)-1]
	}
	b := []byte(s)
	for i := range b {
		b[i] = lower(b[i])
	}
	return string(b)
}

func lower(c byte) byte {
	if 'A' <= c && c <= 'Z' {
		return c + 'a' - 'A'
	}
	return c
}

// matchFold says whether name has the form of the pattern. Where the text behind a * doesn't fit, it is tried again one byte
// later; of several *, only the last can be to blame.
func matchFold(pattern, name string) bool {
	p, star, retry := 0, -1, 0
	for n := 0; n < len(name); {
		switch {
		case p < len(pattern) && pattern[p] == '*':
			star, retry = p, n
			p++
		case p < len(pattern) && pattern[p] == lower(name[n]):
			p++
			n++
		case star >= 0:
			retry++
			p, n = star+1, retry
		default:
			return false
		}
	}
	for p < len(pattern) && pattern[p] == '*' {
		p++
	}
	return p == len(pattern)
}

func environment(name string) string {
	value, _ := syscall.Getenv(name)
	return value
}
