package instrument

import "go/ast"

// scope holds what the files of a package declare at package level, so that one of them can be understood alone.
type scope map[string]ast.ObjKind

func (s scope) add(file *ast.File) {
	for name, obj := range file.Scope.Objects {
		s[name] = obj.Kind
	}
}

// kind says what a name in one of the files stands for. It is ast.Bad for what the language itself or an import declares.
func (s scope) kind(id *ast.Ident) ast.ObjKind {
	if id.Obj != nil {
		return id.Obj.Kind
	}
	return s[id.Name]
}

// predeclared reports whether id is the language's own name.
func (s scope) predeclared(id *ast.Ident, name string) bool {
	return id.Name == name && s.kind(id) == ast.Bad
}

// scopes are those of the packages that share a directory, by the names in their package clauses: a package and its external tests.
type scopes map[string]scope

func newScopes(files ...[]*source) scopes {
	all := make(scopes)
	for _, list := range files {
		for _, file := range list {
			all.of(file).add(file.ast)
		}
	}
	return all
}

// of returns the scope of a file's package.
func (s scopes) of(file *source) scope {
	name := file.ast.Name.Name
	if s[name] == nil {
		s[name] = make(scope)
	}
	return s[name]
}

// declare reports whether one of the packages has a function of that name.
func (s scopes) declare(name string) bool {
	for _, declared := range s {
		if declared[name] == ast.Fun {
			return true
		}
	}
	return false
}
