package query

import (
	"slices"

	"github.com/alecthomas/participle/v2/lexer"
)

// Measure is a figure of many calls, or of many goroutines, that a watcher asks to be larger than a threshold. In the text it
// stands by itself, or is joined to the rest by "and"; it is of the calls that pass the rest.
type Measure struct {
	// Of is one of
	//	FieldRateFunc, FieldRatePackage, FieldRateSession: calls a second, of each function, package, session
	//	FieldRepeats: calls of one function that one call has made
	//	FieldGrowth: by how much the goroutines have grown in number that began with one function, without ever shrinking
	Of Field
	is *Node

	together *Node // of repeats: the time that these calls took; nil when it doesn't matter
}

// Exceeded says whether a value is larger than the threshold.
func (m *Measure) Exceeded(value float64) bool { return m.is.Number(value) }

// Together is how long, in ns, the calls of FieldRepeats must have taken together.
func (m *Measure) Together() int64 {
	if m.together == nil {
		return 0
	}
	least, _ := m.together.Bounds()
	return max(least, 0)
}

// Measure is the one of a filter of [Watches], nil when it asks for single calls.
func (f *Filter) Measure() *Measure {
	if f == nil {
		return nil
	}
	return f.measure
}

// What calls can be told apart by beside each measure.
var (
	ofFunctions = Set(FieldText, FieldFunc, FieldPackage, FieldFile, FieldSession, FieldSessionID)
	ofCalls     = ofFunctions | Set(FieldDuration, FieldEnd, FieldGoroutine, FieldDepth, FieldCalls)
)

var besides = map[Field]struct {
	fields FieldSet
	what   string
}{
	FieldText:        {ofCalls | apart | Set(FieldOrigin, FieldSelf), "without a measure, only conditions on calls"},
	FieldRateFunc:    {ofFunctions | Set(FieldEnd), "beside a rate, only err, panic and conditions on functions"},
	FieldRatePackage: {ofFunctions | Set(FieldEnd), "beside a rate, only err, panic and conditions on functions"},
	FieldRateSession: {ofFunctions | Set(FieldEnd), "beside a rate, only err, panic and conditions on functions"},
	FieldRepeats:     {ofCalls, "beside repeats(func), only together and conditions on calls, no texts"},
	FieldGrowth:      {Set(FieldText, FieldEntry, FieldPackage, FieldSession, FieldSessionID), "beside growth(entry), only entry, pkg, session and words"},
}

// watch makes the condition of a watcher of a tree, and takes its measure out of it.
func (c compiler) watch(d *disjunction) (*Node, *Measure, error) {
	m, d, err := c.measure(d)
	if err != nil {
		return nil, nil, err
	}
	of := FieldText
	if m != nil {
		of = m.Of
	}
	for _, con := range d.Terms {
		for _, t := range con.Terms {
			if err := c.beside(of, t); err != nil {
				return nil, nil, err
			}
		}
	}
	if len(d.Terms) == 1 && len(d.Terms[0].Terms) == 0 {
		return nil, m, nil
	}
	root, err := c.any(d)
	return root, m, err
}

// measure takes the measure out of what is joined by and.
func (c compiler) measure(d *disjunction) (m *Measure, rest *disjunction, err error) {
	if len(d.Terms) != 1 {
		return nil, d, nil
	}
	con := &conjunction{}
	var together *Node
	for _, t := range d.Terms[0].Terms {
		f := c.measured(t)
		if f == nil || f.field == FieldTogether && together != nil || f.field != FieldTogether && m != nil {
			con.Terms = append(con.Terms, t)
			continue
		}
		is, err := c.threshold(f, t.Cond)
		switch {
		case err != nil:
			return nil, nil, err
		case f.field == FieldTogether:
			together = is
		default:
			m = &Measure{Of: f.field, is: is}
		}
	}
	switch {
	case together == nil:
	case m == nil || m.Of != FieldRepeats:
		return nil, nil, failure(d.Terms[0].Terms[0].pos().Offset, "together is the time of repeats(func), and makes sense beside that alone")
	default:
		m.together = together
	}
	return m, &disjunction{Terms: []*conjunction{con}}, nil
}

// threshold is the condition that a measure is larger than a value.
func (c compiler) threshold(f *field, cond *condition) (*Node, error) {
	if op := cond.Compare.Operator; op != ">" && op != ">=" {
		return nil, failure(cond.Pos.Offset, "a watcher asks for more than so much: %s > ...", f.name)
	}
	return c.positive(f, cond.Compare.Operator, &cond.Compare.Value)
}

// measured is the field of a measure, nil when a term is none.
func (c compiler) measured(t *term) *field {
	if t.Cond == nil || t.Cond.Compare == nil {
		return nil
	}
	if f, ok := lookup(t.Cond.Compare.Field, c.kind); ok && allMeasures.Holds(Set(f.field)) {
		return f
	}
	return nil
}

// beside checks that a term makes sense beside a measure.
func (c compiler) beside(of Field, t *term) error {
	n, err := c.term(t)
	if err != nil {
		return err
	}
	at, allowed := t.pos().Offset, besides[of]
	switch {
	case n.Uses&allMeasures != 0:
		return failure(at, "there is one measure at most, and it stands by itself or is joined to the rest by \"and\"")
	case n.hasOpen():
		return failure(at, "watchers look at calls when they are over")
	case !allowed.fields.Holds(n.Uses):
		return failure(at, "%s make sense", allowed.what)
	}
	return nil
}

var allMeasures = Set(FieldRateFunc, FieldRatePackage, FieldRateSession, FieldRepeats, FieldTogether, FieldGrowth)

// hasOpen says whether a part of the condition holds for no call that is over.
func (n *Node) hasOpen() bool {
	if n.Op == One {
		over := func(end string) bool { return n.Text(end) }
		return n.Field == FieldEnd && !slices.ContainsFunc([]string{"return", "error", "panic", "lost"}, over)
	}
	return slices.ContainsFunc(n.Parts, (*Node).hasOpen)
}

// pos is where a term begins, its "not" and its parentheses aside.
func (t *term) pos() lexer.Position {
	switch {
	case t.Not != nil:
		return t.Not.pos()
	case t.Group != nil:
		return t.Group.Terms[0].Terms[0].pos()
	}
	return t.Cond.Pos
}
