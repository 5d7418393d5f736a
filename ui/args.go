package ui

import (
	"strings"

	"goapptrace/protocol"
)

// argsOf are a call's arguments without the receiver, which its name tells enough of.
func argsOf(name, args protocol.Text) protocol.Text {
	if !isMethod(shortName(name)) {
		return args
	}
	return behindFirst(args)
}

// isMethod says whether a function's name, without directories, is that of a method: "store.(*DB).Load", "store.Key.String".
// Functions within functions have numbers: "store.Open.func1".
func isMethod(name protocol.Text) bool {
	_, rest, _ := strings.Cut(withoutTypes(string(name)), ".")
	receiver, method, ok := strings.Cut(rest, ".")
	if !ok || strings.Contains(method, ".") {
		return false
	}
	return strings.HasPrefix(receiver, "(*") || method != "" && strings.TrimLeft(method[len(method)-1:], "0123456789") != ""
}

// withoutTypes leaves type arguments out of a name.
func withoutTypes(name string) string {
	before, rest, ok := strings.Cut(name, "[")
	if i := strings.LastIndexByte(rest, ']'); ok && i >= 0 {
		return before + rest[i+1:]
	}
	return name
}

// behindFirst is what follows the first of several values: "a={1, 2}, b=3" without "a={1, 2}, ".
func behindFirst(values protocol.Text) protocol.Text {
	depth, quoted := 0, false
	for i := 0; i < len(values); i++ {
		switch c := values[i]; {
		case quoted:
			if c == '\\' {
				i++
			}
			quoted = c != '"'
		case c == '"':
			quoted = true
		case c == '{', c == '[', c == '(':
			depth++
		case c == '}', c == ']', c == ')':
			depth--
		case c == ',' && depth == 0:
			return values[min(i+2, len(values)):]
		}
	}
	return ""
}
