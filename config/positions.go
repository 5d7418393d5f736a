package config

import (
	"strings"

	"github.com/pelletier/go-toml/v2/unstable"
)

// positions says where the tables and keys of a valid file are: their names, with dots between.
func positions(text []byte) map[string]Position {
	at := map[string]Position{}
	var p unstable.Parser
	p.Reset(text)
	table := ""
	for p.NextExpression() {
		switch e := p.Expression(); e.Kind {
		case unstable.Table, unstable.ArrayTable:
			table = note(&p, at, "", e) + "."
		case unstable.KeyValue:
			noteValue(&p, at, table, e)
		}
	}
	return at
}

// noteValue notes where a key is, and the keys of the inline tables behind it.
func noteValue(p *unstable.Parser, at map[string]Position, table string, e *unstable.Node) {
	name := note(p, at, table, e)
	if e.Value().Kind != unstable.InlineTable {
		return
	}
	for children := e.Value().Children(); children.Next(); {
		if child := children.Node(); child.Kind == unstable.KeyValue {
			noteValue(p, at, name+".", child)
		}
	}
}

// note notes where the key of an expression is, all of whose parts begin there unless they have been before.
func note(p *unstable.Parser, at map[string]Position, table string, e *unstable.Node) (name string) {
	parts, first := []string{}, Position{}
	for key := e.Key(); key.Next(); {
		node := key.Node()
		start := p.Shape(node.Raw).Start
		if len(parts) == 0 {
			first = Position{start.Line, start.Column}
		}
		parts = append(parts, string(node.Data))
		name = table + strings.Join(parts, ".")
		if _, known := at[name]; !known {
			at[name] = first
		}
	}
	return name
}
