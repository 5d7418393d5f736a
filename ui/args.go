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
	_, others := cutValue(args)
	return others
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

// splitValues takes several values apart: "a={1, 2}, b=3" are "a={1, 2}" and "b=3".
func splitValues(values protocol.Text) (all []protocol.Text) {
	for values != "" {
		var first protocol.Text
		first, values = cutValue(values)
		all = append(all, first)
	}
	return all
}

// cutValue is the first of several values, and the others.
func cutValue(values protocol.Text) (first, others protocol.Text) {
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
			return values[:i], protocol.Text(strings.TrimPrefix(string(values[i+1:]), " "))
		}
	}
	return values, ""
}
