package instrument

import (
	"go/ast"
	"strconv"
	"strings"
)

// place is a function while what lies in it is looked at, or the package around them all.
type place struct {
	name     string // as stack traces print it: example.com/m.(*T).f.func1
	literal  bool   // it is a function literal in another
	literals int    // seen so far
}

// nextLiteral names a function literal as the compiler does, which counts those in a function from 1.
func (p *place) nextLiteral() *place {
	p.literals++
	number := strconv.Itoa(p.literals)
	if p.literal {
		return &place{name: p.name + "." + number, literal: true}
	}
	return &place{name: p.name + ".func" + number, literal: true}
}

// functionName is what stack traces call a declared function of the package.
func functionName(pkg string, fn *ast.FuncDecl) string {
	if fn.Recv == nil || len(fn.Recv.List) == 0 {
		if fn.Type.TypeParams != nil {
			return pkg + "." + fn.Name.Name + "[...]"
		}
		return pkg + "." + fn.Name.Name
	}
	typ, pointer := ast.Unparen(fn.Recv.List[0].Type), false
	if star, ok := typ.(*ast.StarExpr); ok {
		typ, pointer = ast.Unparen(star.X), true
	}
	arguments := ""
	switch t := typ.(type) {
	case *ast.IndexExpr:
		typ, arguments = t.X, "[...]"
	case *ast.IndexListExpr:
		typ, arguments = t.X, "[...]"
	}
	receiver := ""
	if id, ok := typ.(*ast.Ident); ok {
		receiver = id.Name + arguments
	}
	if pointer {
		receiver = "(*" + receiver + ")"
	}
	return pkg + "." + receiver + "." + fn.Name.Name
}

// matches says whether the pattern selects the function of that name: it has the form of the name or of its package's
// import path, each taken whole or without the directories. In a pattern, * stands for any text. The agent's patterns
// mean the same.
func matches(pattern, name string) bool {
	pkg := packageOf(name)
	dirs := strings.LastIndexByte(pkg, '/') + 1
	return glob(pattern, name) || glob(pattern, pkg) || glob(pattern, name[dirs:]) || glob(pattern, pkg[dirs:])
}

// packageOf returns the import path in a function's name.
func packageOf(name string) string {
	if bracket := strings.IndexByte(name, '['); bracket >= 0 {
		name = name[:bracket]
	}
	slash := strings.LastIndexByte(name, '/') + 1
	base, _, _ := strings.Cut(name[slash:], ".")
	return name[:slash] + strings.ReplaceAll(base, "%2e", ".")
}

// glob says whether name has the form of the pattern, in which * stands for any text.
func glob(pattern, name string) bool {
	first, rest, wild := strings.Cut(pattern, "*")
	if !wild {
		return pattern == name
	}
	if !strings.HasPrefix(name, first) {
		return false
	}
	name = name[len(first):]
	for {
		part, after, more := strings.Cut(rest, "*")
		if !more {
			return strings.HasSuffix(name, part)
		}
		i := strings.Index(name, part)
		if i < 0 {
			return false
		}
		name, rest = name[i+len(part):], after
	}
}

// symbolPath is an import path as it stands in names of functions: without dots behind the last slash, for there the
// function's name begins.
func symbolPath(path string) string {
	slash := strings.LastIndexByte(path, '/') + 1
	return path[:slash] + strings.ReplaceAll(path[slash:], ".", "%2e")
}
