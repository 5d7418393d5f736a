package query

import (
	"strings"
	"unicode"

	"github.com/alecthomas/participle/v2/lexer"
)

// The types of tokens.
const (
	tokEnd    = lexer.EOF
	tokWord   = lexer.EOF - 1 - iota // a text to look for, or what a field is compared with
	tokQuoted                        // the same in quotes
	tokField                         // a word with an operator behind it
	tokOperator
	tokAnd
	tokOr
	tokNot
	tokOpen
	tokClose
)

var symbols = map[string]lexer.TokenType{
	"EOF": tokEnd, "Word": tokWord, "Quoted": tokQuoted, "Field": tokField, "Operator": tokOperator,
	"And": tokAnd, "Or": tokOr, "Not": tokNot, "Open": tokOpen, "Close": tokClose,
}

// keywords are written in any letter case.
var keywords = map[string]lexer.TokenType{"and": tokAnd, "or": tokOr, "not": tokNot}

// operators, longer ones before their beginnings. What stands behind the colon is the usual spelling.
var operators = [][2]string{
	{"==", "="}, {"=~", "~"}, {"!=", "!="}, {"!~", "!~"}, {"<=", "<="}, {">=", ">="}, {"=", "="}, {"~", "~"}, {"<", "<"}, {">", ">"},
}

// token is a token with its place, in characters. The value of a quoted text is what stands between the quotes.
type token struct {
	kind     lexer.TokenType
	value    string
	from, to int
	open     bool // a quoted text that doesn't end
}

// scanner finds tokens.
type scanner struct {
	text  []rune
	at    int
	value bool // an operator went before
}

// scan finds all tokens. The last one is the end.
func scan(text string) []token {
	s := scanner{text: []rune(text)}
	var list []token
	for {
		t := s.next()
		s.value = t.kind == tokOperator
		list = append(list, t)
		if t.kind == tokEnd {
			return list
		}
	}
}

func (s *scanner) next() token {
	s.space()
	from := s.at
	t := s.token()
	t.from, t.to = from, s.at
	if t.kind == tokWord && !s.value && s.fieldEnds() {
		t.kind = tokField
	}
	return t
}

func (s *scanner) space() {
	for s.at < len(s.text) && unicode.IsSpace(s.text[s.at]) {
		s.at++
	}
}

func (s *scanner) token() token {
	switch r := s.peek(0); {
	case s.at == len(s.text):
		return token{kind: tokEnd}
	case r == '"' || r == '`':
		return s.quoted(r)
	case r == ')':
		return s.take(tokClose, 1)
	case s.has("&&"):
		return s.take(tokAnd, 2)
	case s.has("||"):
		return s.take(tokOr, 2)
	case s.value:
		return s.word()
	case r == '(' && s.peek(1) != '*':
		return s.take(tokOpen, 1)
	}
	if op, n := s.operator(); n > 0 {
		s.at += n
		return token{kind: tokOperator, value: op}
	}
	if s.peek(0) == '!' {
		return s.take(tokNot, 1)
	}
	return s.word()
}

func (s *scanner) take(kind lexer.TokenType, n int) token {
	s.at += n
	return token{kind: kind, value: string(s.text[s.at-n : s.at])}
}

// peek is the character n places ahead, 0 behind the end.
func (s *scanner) peek(n int) rune {
	if s.at+n < len(s.text) {
		return s.text[s.at+n]
	}
	return 0
}

func (s *scanner) has(prefix string) bool {
	for i, r := range prefix {
		if s.peek(i) != r {
			return false
		}
	}
	return true
}

// operator is the comparison that begins here, in its usual spelling, and how many characters it has; 0 for none.
func (s *scanner) operator() (op string, n int) {
	for _, o := range operators {
		if s.has(o[0]) {
			return o[1], len(o[0])
		}
	}
	return "", 0
}

// quoted scans a text in quotes. In double ones a backslash lets a quote or a backslash stand for itself: both stay in
// the value, see [unquote].
func (s *scanner) quoted(quote rune) token {
	from := s.at + 1
	for s.at = from; s.at < len(s.text); s.at++ {
		switch r := s.text[s.at]; {
		case r == quote:
			s.at++
			return token{kind: tokQuoted, value: string(s.text[from : s.at-1])}
		case r == '\\' && quote == '"' && s.at+1 < len(s.text):
			s.at++
		}
	}
	return token{kind: tokQuoted, value: string(s.text[from:]), open: true}
}

// word scans a word. Parentheses within are part of it, as in store.(*DB).Load, unless one closes that was open before.
func (s *scanner) word() token {
	from, depth := s.at, 0
	for s.at < len(s.text) && !unicode.IsSpace(s.text[s.at]) {
		switch {
		case s.has("("):
			if kind, ok := keywords[s.lower(from)]; ok && !s.value {
				return token{kind: kind, value: s.lower(from)}
			}
			depth++
		case s.has(")"):
			depth--
		}
		if depth < 0 || depth == 0 && s.ends() {
			break
		}
		s.at++
	}
	word := string(s.text[from:s.at])
	if kind, ok := keywords[strings.ToLower(word)]; ok && !s.value {
		return token{kind: kind, value: word}
	}
	return token{kind: tokWord, value: word}
}

// ends says whether a word can't go on here.
func (s *scanner) ends() bool {
	if s.has("&&") || s.has("||") {
		return true
	}
	_, n := s.operator()
	return n > 0 && !s.value
}

func (s *scanner) lower(from int) string { return strings.ToLower(string(s.text[from:s.at])) }

// fieldEnds says whether an operator follows.
func (s *scanner) fieldEnds() bool {
	ahead := *s
	ahead.space()
	_, n := ahead.operator()
	return n > 0
}

// check refuses what the grammar need not see.
func check(tokens []token) *Error {
	nested := 0
	for _, t := range tokens {
		if t.open {
			return failure(t.from, "the quote that begins here doesn't end")
		}
		if t.kind == tokOpen || t.kind == tokNot {
			if nested++; nested > maxNesting {
				return failure(t.from, "more than %d parentheses and nots", maxNesting)
			}
		}
	}
	return nil
}

// stream is the tokens as the parser wants them.
type stream []token

func (s *stream) Next() (lexer.Token, error) {
	t := (*s)[0]
	*s = (*s)[1:]
	return lexer.Token{Type: t.kind, Value: t.value, Pos: lexer.Position{Offset: t.from}}, nil
}

// unquote takes the backslashes away that let a quote or a backslash stand for itself.
func unquote(s string) string { return escapes.Replace(s) }

var escapes = strings.NewReplacer(`\"`, `"`, `\\`, `\`)
