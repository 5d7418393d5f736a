package query

import (
	"math"
	"strings"

	"github.com/alecthomas/participle/v2/lexer"
)

// compiler makes a condition out of a tree.
type compiler struct {
	kind  Kind
	parts *int // of its regular expressions so far
}

func (c compiler) any(d *disjunction) (*Node, error) {
	var parts []*Node
	for _, t := range d.Terms {
		p, err := c.all(t)
		if err != nil {
			return nil, err
		}
		parts = append(parts, p)
	}
	return join(Any, parts), nil
}

func (c compiler) all(con *conjunction) (*Node, error) {
	var parts []*Node
	for _, t := range con.Terms {
		p, err := c.term(t)
		if err != nil {
			return nil, err
		}
		parts = append(parts, p)
	}
	return join(All, parts), nil
}

func (c compiler) term(t *term) (*Node, error) {
	switch {
	case t.Not != nil:
		n, err := c.term(t.Not)
		if err != nil {
			return nil, err
		}
		return negate(n), nil
	case t.Group != nil:
		return c.any(t.Group)
	}
	return c.condition(t.Cond)
}

func (c compiler) condition(cond *condition) (*Node, error) {
	switch {
	case cond.Compare != nil:
		return c.compare(cond.Compare, cond.Pos)
	case cond.Quoted != nil:
		return c.search(unquote(*cond.Quoted)), nil
	}
	if means, ok := flagged(cond.Word, c.kind); ok {
		tree, err := parse(means)
		if err != nil {
			return nil, err
		}
		return c.any(tree)
	}
	return c.search(cond.Word), nil
}

// search is the condition that a text occurs.
func (c compiler) search(text string) *Node {
	in := onText(FieldText, contains(text))
	if c.kind == Output {
		return join(Any, []*Node{in, onText(FieldLevel, contains(text))})
	}
	return in
}

func (c compiler) compare(cmp *comparison, pos lexer.Position) (*Node, error) {
	f, ok := lookup(cmp.Field, c.kind)
	if !ok {
		return nil, unknown(pos.Offset, cmp.Field, c.kind)
	}
	op, not := cmp.Operator, false
	if strings.HasPrefix(op, "!") {
		op, not = op[1:], true
	}
	n, err := c.positive(f, op, &cmp.Value)
	if err != nil {
		return nil, err
	}
	if not {
		n = negate(n)
	}
	return n, nil
}

// positive is a comparison by =, ~, <, <=, > or >=.
func (c compiler) positive(f *field, op string, v *operand) (*Node, error) {
	at, text := v.Pos.Offset, v.text(op == "~")
	switch {
	case op == "~" && f.sort.numeric():
		return nil, failure(at, "%s is a number: compare it by =, !=, <, <=, > or >=", f.name)
	case op == "~":
		re, err := c.pattern(at, text)
		if err != nil {
			return nil, err
		}
		return onText(f.field, re.MatchString), nil
	case f.sort.numeric() || f.sort == levels && op != "=":
		return numeric(f, op, at, text)
	case op != "=":
		return nil, failure(at, "%s is a text: compare it by =, !=, ~ or !~", f.name)
	}
	return f.equal(at, text)
}

// numeric is a comparison of numbers.
func numeric(f *field, op string, at int, text string) (*Node, error) {
	v, message := f.parse(text)
	if message != "" {
		return nil, failure(at, "%s", message)
	}
	id := f.field
	if f.sort == levels {
		id = FieldLevelRank
	}
	inf := math.Inf(1)
	switch op {
	case "<":
		return onNumber(id, -inf, math.Nextafter(v, -inf)), nil
	case "<=":
		return onNumber(id, -inf, v), nil
	case ">":
		return onNumber(id, math.Nextafter(v, inf), inf), nil
	case ">=":
		return onNumber(id, v, inf), nil
	}
	return onNumber(id, v, v), nil
}

// equal is the condition that a text is another.
func (f *field) equal(at int, text string) (*Node, error) {
	switch f.sort {
	case texts:
		return onText(f.field, func(s string) bool { return s == text }), nil
	case paths:
		tail := "/" + text
		return onText(f.field, func(s string) bool { return s == text || strings.HasSuffix(s, tail) }), nil
	case choices:
		if !containsFold(f.values, text) {
			return nil, failure(at, "%s is %s", f.name, alternatives(f.values))
		}
	case sessions:
		n := onText(f.field, func(s string) bool { return strings.EqualFold(s, text) })
		if v, message := number(text, nil); message == "" {
			n = join(Any, []*Node{n, onNumber(FieldSessionID, v, v)})
		}
		return n, nil
	}
	return onText(f.field, func(s string) bool { return strings.EqualFold(s, text) }), nil
}

func containsFold(list []string, text string) bool {
	for _, s := range list {
		if strings.EqualFold(s, text) {
			return true
		}
	}
	return false
}

// needle is the text of a filter that is nothing else.
func (c compiler) needle(d *disjunction) string {
	if len(d.Terms) != 1 || len(d.Terms[0].Terms) != 1 {
		return ""
	}
	cond := d.Terms[0].Terms[0].Cond
	if cond == nil || cond.Compare != nil {
		return ""
	}
	if cond.Quoted != nil {
		return unquote(*cond.Quoted)
	}
	if _, ok := flagged(cond.Word, c.kind); ok {
		return ""
	}
	return cond.Word
}
