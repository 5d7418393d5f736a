package query

import (
	"regexp"
	"slices"
	"strings"
	"unicode/utf8"
)

// mostCandidates is how many candidates there are at most.
const mostCandidates = 64

// Completion is what can stand in the place of the characters from From up to To.
type Completion struct {
	From, To   int
	Candidates []Candidate
}

// Candidate is a text to insert. Spaces at its end are part of it.
type Candidate struct{ Text, About string }

// Common is what all candidates begin with.
func (c *Completion) Common() string {
	var common string
	for i, candidate := range c.Candidates {
		if i == 0 {
			common = candidate.Text
		}
		for !strings.HasPrefix(candidate.Text, common) {
			_, n := utf8.DecodeLastRuneInString(common)
			common = common[:len(common)-n]
		}
	}
	return common
}

// completer collects candidates.
type completer struct {
	Completion
	kind  Kind
	known func(Field) []string
	typed string // of the candidate
}

// Complete says what can be typed in a text behind its first at characters. Known gives the values that rows have in a
// field, nil where they aren't known.
func Complete(text string, at int, kind Kind, known func(Field) []string) Completion {
	runes := []rune(text)
	at = min(max(at, 0), len(runes), MaxLength)
	tokens := scan(string(runes[:at]))
	tokens = tokens[:len(tokens)-1]
	c := completer{Completion: Completion{From: at, To: at}, kind: kind, known: known}
	if n := len(tokens); n > 0 && unfinished(tokens[n-1], at) {
		c.From, c.typed = tokens[n-1].from, tokens[n-1].value
		tokens = tokens[:n-1]
	}
	c.follow(tokens)
	return c.Completion
}

// unfinished says whether what is typed at a place may be the beginning of the token before.
func unfinished(t token, at int) bool {
	switch t.kind {
	case tokWord, tokAnd, tokOr, tokNot:
		return t.to == at && t.value != "!" && t.value != "&&" && t.value != "||"
	case tokQuoted:
		return t.open
	}
	return false
}

// follow finds what may follow some tokens.
func (c *completer) follow(before []token) {
	n := len(before)
	if n == 0 {
		c.conditions()
		return
	}
	switch last := before[n-1]; last.kind {
	case tokOperator:
		if n > 1 {
			c.values(before[n-2].value, last.value)
		}
	case tokWord:
		if f, ok := lookup(last.value, c.kind); ok && c.From > last.to {
			c.comparisons(f)
			return
		}
		c.links()
	case tokQuoted, tokClose:
		c.links()
	default:
		c.conditions()
	}
}

// add adds what begins with the typed text.
func (c *completer) add(text, about string) {
	if len(c.Candidates) < mostCandidates && strings.HasPrefix(strings.ToLower(text), strings.ToLower(c.typed)) {
		c.Candidates = append(c.Candidates, Candidate{text, about})
	}
}

// conditions adds what a condition may begin with.
func (c *completer) conditions() {
	for _, f := range fields {
		if f.kinds.has(c.kind) {
			c.add(f.name+" ", f.about)
		}
	}
	for _, f := range flags {
		if f.kinds.has(c.kind) {
			c.add(f.name+" ", f.about)
		}
	}
	c.add("not ", "turns round what follows")
	if len(c.typed) > 1 && (c.kind == Calls || c.kind == Functions || c.kind == Watches || c.kind == Findings) {
		c.choose(FieldFunc, "=")
	}
}

// links adds what may stand behind a condition.
func (c *completer) links() {
	c.add("and ", "both")
	c.add("or ", "one of both, or both")
	if c.typed != "" {
		c.conditions()
	}
}

func (c *completer) comparisons(f *field) {
	operators := []string{"=", "!=", "~", "!~"}
	switch {
	case f.sort == measures:
		operators = []string{">", ">="}
	case f.sort.numeric():
		operators = []string{">", "<", ">=", "<=", "=", "!="}
	case f.sort == levels:
		operators = []string{">=", "=", "!=", ">", "<", "<="}
	}
	for _, op := range operators {
		c.add(op+" ", operatorNames[op])
	}
}

var operatorNames = map[string]string{
	"=": "is", "!=": "is not", "~": "matches the regular expression", "!~": "doesn't match the regular expression",
	">": "more than", "<": "less than", ">=": "at least", "<=": "at most",
}

// values adds what a field can be compared with.
func (c *completer) values(name, op string) {
	f, ok := lookup(name, c.kind)
	switch {
	case !ok:
		return
	case f.sort == durations:
		for _, v := range []string{"100us ", "1ms ", "10ms ", "100ms ", "1s "} {
			c.add(v, "")
		}
	case len(f.values) > 0:
		for _, v := range f.values {
			c.add(v+" ", "")
		}
	default:
		c.choose(f.field, op)
	}
}

// choose adds known values of a field: those that begin with what is typed, then those that have it elsewhere.
func (c *completer) choose(f Field, op string) {
	if c.known == nil {
		return
	}
	has := contains(c.typed)
	var first, others []string
	for _, v := range c.known(f) {
		switch {
		case len(v) >= len(c.typed) && strings.EqualFold(v[:len(c.typed)], c.typed):
			first = append(first, v)
		case has(v):
			others = append(others, v)
		}
	}
	slices.Sort(first)
	slices.Sort(others)
	for _, v := range slices.Compact(append(first, others...)) {
		if len(c.Candidates) == mostCandidates {
			return
		}
		c.Candidates = append(c.Candidates, Candidate{Text: quote(v, op) + " "})
	}
}

// Equal is the filter that a field is a value.
func Equal(field, value string) string { return field + " = " + quote(value, "=") }

// quote spells a value so that it stands for itself.
func quote(v, op string) string {
	if op == "~" || op == "!~" {
		v = regexp.QuoteMeta(v)
		return `"` + strings.ReplaceAll(v, `"`, `\"`) + `"`
	}
	if t := scan("x = " + v); len(t) == 4 && t[2].kind == tokWord && t[2].value == v {
		if _, keyword := keywords[strings.ToLower(v)]; !keyword {
			return v
		}
	}
	return `"` + strings.NewReplacer(`\`, `\\`, `"`, `\"`).Replace(v) + `"`
}
