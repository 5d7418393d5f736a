package instrument

import (
	"encoding/json"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"go/types"
	"os"
	"path/filepath"
	"strings"
)

// Offsets are places in the runtime's structures, in bytes. Zero means unknown.
type Offsets struct {
	MCurg       int64 // runtime.m.curg
	GGoid       int64 // runtime.g.goid
	GPanic      int64 // runtime.g._panic
	GParentGoid int64 // runtime.g.parentGoid
	GGopc       int64 // runtime.g.gopc
	GStartpc    int64 // runtime.g.startpc
}

// source is the file of package hook that carries the offsets.
func (o Offsets) source() []byte {
	return fmt.Appendf(nil, "package hook\n\nvar mCurg, gGoid, gPanic, gParentGoid, gGopc, gStartpc uintptr = %d, %d, %d, %d, %d, %d\n",
		o.MCurg, o.GGoid, o.GPanic, o.GParentGoid, o.GGopc, o.GStartpc)
}

// runtimeOffsets finds the offsets for one toolchain and architecture. It type-checks the runtime's declarations
// from source, which takes a fraction of a second; the store keeps the result.
// Whatever can't be found stays unknown: hooks have a slower way then.
func runtimeOffsets(store store, env goEnv, packages []*listed) Offsets {
	key := fmt.Sprintf("offsets 2 %s %s/%s %s", env.GOVERSION, env.GOOS, env.GOARCH, env.GOEXPERIMENT)
	released := strings.HasPrefix(env.GOVERSION, "go") // a development version's sources change
	var found Offsets
	if released {
		if data, ok := store.get(key); ok && json.Unmarshal(data, &found) == nil {
			return found
		}
	}
	found = computeOffsets(env.GOARCH, packages)
	if data, err := json.Marshal(found); err == nil && released && found.MCurg != 0 {
		store.set(key, data)
	}
	return found
}

// computeOffsets needs package runtime and all that it depends on among the packages.
func computeOffsets(goarch string, packages []*listed) Offsets {
	im := &sourceImporter{
		fset:   token.NewFileSet(),
		listed: make(map[string]*listed, len(packages)),
		done:   map[string]*types.Package{"unsafe": types.Unsafe},
		sizes:  types.SizesFor("gc", goarch),
	}
	if im.sizes == nil {
		return Offsets{}
	}
	for _, p := range packages {
		im.listed[p.ImportPath] = p
	}
	rt, err := im.Import("runtime")
	if err != nil {
		return Offsets{}
	}
	return Offsets{
		MCurg:       fieldOffset(rt, im.sizes, "m", "curg"),
		GGoid:       fieldOffset(rt, im.sizes, "g", "goid"),
		GPanic:      fieldOffset(rt, im.sizes, "g", "_panic"),
		GParentGoid: fieldOffset(rt, im.sizes, "g", "parentGoid"),
		GGopc:       fieldOffset(rt, im.sizes, "g", "gopc"),
		GStartpc:    fieldOffset(rt, im.sizes, "g", "startpc"),
	}
}

// fieldOffset returns zero when the struct or the field isn't there, or when what lies ahead of it couldn't be understood.
func fieldOffset(pkg *types.Package, sizes types.Sizes, name, field string) int64 {
	obj := pkg.Scope().Lookup(name)
	if obj == nil {
		return 0
	}
	st, ok := obj.Type().Underlying().(*types.Struct)
	if !ok {
		return 0
	}
	var fields []*types.Var
	for f := range st.Fields() {
		if f.Type() == types.Typ[types.Invalid] {
			return 0
		}
		fields = append(fields, f)
		if f.Name() == field {
			return sizes.Offsetsof(fields)[len(fields)-1]
		}
	}
	return 0
}

// sourceImporter type-checks the declarations of packages, leaving function bodies aside.
type sourceImporter struct {
	fset   *token.FileSet
	listed map[string]*listed
	done   map[string]*types.Package
	sizes  types.Sizes
}

// Import implements [types.Importer].
func (im *sourceImporter) Import(path string) (*types.Package, error) {
	if pkg := im.done[path]; pkg != nil {
		return pkg, nil
	}
	p := im.listed[path]
	if p == nil {
		return nil, fmt.Errorf("package %q isn't listed", path)
	}
	var files []*ast.File
	for _, name := range p.GoFiles {
		src, err := os.ReadFile(filepath.Join(p.Dir, name))
		if err != nil {
			return nil, err
		}
		file, err := parser.ParseFile(im.fset, name, src, parser.SkipObjectResolution)
		if err != nil {
			return nil, err
		}
		files = append(files, file)
	}
	conf := types.Config{Importer: im, Sizes: im.sizes, IgnoreFuncBodies: true, FakeImportC: true, Error: func(error) {}}
	pkg, err := conf.Check(path, im.fset, files, nil)
	if pkg == nil {
		return nil, err
	}
	im.done[path] = pkg // with errors too: what is missing is seen where a field needs it
	return pkg, nil
}
