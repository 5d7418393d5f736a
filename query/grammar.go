package query

import (
	"io"
	"sync"
	"unicode/utf8"

	"github.com/alecthomas/participle/v2"
	"github.com/alecthomas/participle/v2/lexer"
)

// The grammar: or binds weaker than and, which may be left out, and that weaker than not.
type (
	disjunction struct {
		Terms []*conjunction `parser:"@@ ( Or @@ )*"`
	}
	conjunction struct {
		Terms []*term `parser:"@@ ( And? @@ )*"`
	}
	term struct {
		Not   *term        `parser:"  Not @@"`
		Group *disjunction `parser:"| Open @@ Close"`
		Cond  *condition   `parser:"| @@"`
	}
	condition struct {
		Pos     lexer.Position
		Compare *comparison `parser:"  @@"`
		Word    string      `parser:"| @Word"`
		Quoted  *string     `parser:"| @Quoted"`
	}
	comparison struct {
		Field    string  `parser:"@Field"`
		Operator string  `parser:"@Operator"`
		Value    operand `parser:"@@"`
	}
	operand struct {
		Pos    lexer.Position
		Word   *string `parser:"  @Word"`
		Quoted *string `parser:"| @Quoted"`
	}
)

// text is what the operand says. In quotes of a pattern backslashes are the pattern's own.
func (o *operand) text(pattern bool) string {
	switch {
	case o.Word != nil:
		return *o.Word
	case pattern:
		return *o.Quoted
	}
	return unquote(*o.Quoted)
}

// definition tells the parser our tokens. It never reads a text itself.
type definition struct{}

func (definition) Symbols() map[string]lexer.TokenType { return symbols }

func (definition) Lex(string, io.Reader) (lexer.Lexer, error) { return &stream{{kind: tokEnd}}, nil }

// parser takes a while to build: programs that filter nothing don't wait for it.
var parser = sync.OnceValue(func() *participle.Parser[disjunction] {
	return participle.MustBuild[disjunction](participle.Lexer(definition{}))
})

// parse makes a tree of a text.
func parse(text string) (*disjunction, error) {
	if n := utf8.RuneCountInString(text); n > MaxLength {
		return nil, failure(MaxLength, "a filter has up to %d characters, this one %d", MaxLength, n)
	}
	tokens := scan(text)
	if err := check(tokens); err != nil {
		return nil, err
	}
	queue := stream(tokens)
	peeking, err := lexer.Upgrade(&queue)
	if err != nil {
		return nil, err
	}
	tree, err := parser().ParseFromLexer(peeking)
	if err != nil {
		return nil, misplaced(tokens)
	}
	return tree, nil
}

// misplaced says in our words what is wrong with the tokens. The parser itself names a place ahead of that where it had a choice.
func misplaced(tokens []token) *Error {
	i := accepted(tokens)
	t, wants := tokens[i], wanted(tokens[:i])
	switch {
	case t.kind == tokEnd:
		return failure(t.from, "%s is missing", wants)
	case t.kind == tokOperator && wants != aValue:
		return failure(t.from, "a field is missing before %q", t.value)
	}
	return failure(t.from, "expected %s, not %q", wants, t.value)
}

// accepted is how many tokens go well.
func accepted(tokens []token) int {
	depth, last := 0, tokAnd // the token before
	for i, t := range tokens {
		switch t.kind {
		case tokOpen:
			depth++
		case tokClose:
			depth--
		}
		complete := last == tokWord || last == tokQuoted || last == tokClose
		ok := depth >= 0
		switch t.kind {
		case tokAnd, tokOr, tokClose:
			ok = ok && complete
		case tokOperator:
			ok = last == tokField
		case tokWord, tokQuoted:
		default:
			ok = ok && last != tokOperator
		}
		if !ok || t.kind == tokEnd {
			return i
		}
		last = t.kind
	}
	return len(tokens) - 1
}

const aValue = "a value"

// wanted says what may follow some tokens.
func wanted(before []token) string {
	if len(before) == 0 {
		return "a field or a text"
	}
	switch before[len(before)-1].kind {
	case tokOperator:
		return aValue
	case tokWord, tokQuoted, tokClose:
		if opened(before) > 0 {
			return `"and", "or" or ")"`
		}
		return `"and" or "or"`
	}
	return "a field or a text"
}

// opened is how many parentheses are open behind some tokens.
func opened(tokens []token) (n int) {
	for _, t := range tokens {
		switch t.kind {
		case tokOpen:
			n++
		case tokClose:
			n--
		}
	}
	return n
}
