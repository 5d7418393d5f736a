package instrument

import (
	"fmt"
	"go/ast"
	"strings"
)

// valuesName is by which name a file knows package values.
const valuesName = "goapptraceValues"

// everyFunction is the pattern that matches all names.
const everyFunction = "*"

// wantsValues reports whether a function's arguments and results are to be told, and whether a pattern chooses
// the function from others.
func (r *rewriter) wantsValues(name string) (wanted, chosen bool) {
	for _, pattern := range r.opts.Args {
		if matches(pattern, name) {
			wanted, chosen = true, chosen || pattern != everyFunction
		}
	}
	return wanted, chosen
}

// values inserts names for the results, and returns what tells the arguments as soon as a call is open, and what ends it.
func (r *rewriter) values(fn function) (begin, end string) {
	if names := fieldNames(fn.receiver, fn.typ.Params); len(names) > 0 {
		begin = fmt.Sprintf(" %s.Args(%s, %q, %s);", valuesName, tokenName, strings.Join(names, ","), strings.Join(names, ", "))
		r.valued = true
	}
	if fn.typ.Results == nil || fn.typ.Results.NumFields() == 0 {
		return begin, tokenName + ".Leave()"
	}
	names := r.nameResults(fn.typ, true)
	pointers := strings.Join(names, ", &")
	for i, name := range names {
		if isOurs(name) {
			names[i] = ""
		}
	}
	r.valued = true
	return begin, fmt.Sprintf("%s.Results(%s, %q, &%s)", valuesName, tokenName, strings.Join(names, ","), pointers)
}

// isOurs reports whether a result has its name from us.
func isOurs(name string) bool {
	return strings.HasPrefix(name, resultName) || strings.HasPrefix(name, "_"+blankName)
}

// fieldNames returns the names of parameters, less those that can't be read.
func fieldNames(lists ...*ast.FieldList) []string {
	var names []string
	for _, list := range lists {
		if list == nil {
			continue
		}
		for _, field := range list.List {
			for _, id := range field.Names {
				if id.Name != "_" {
					names = append(names, id.Name)
				}
			}
		}
	}
	return names
}
