package instrument

import (
	"bytes"
	"fmt"
	"go/ast"
	"go/build/constraint"
	"go/parser"
	"go/token"
	"io/fs"
	"path"
	"regexp"
	"slices"
	"strconv"
	"strings"
)

// injectDir is the directory below a main module that holds, in the overlay only, the packages that hooks need.
// Patterns such as ./... don't match directories with an underscore ahead.
const injectDir = "_goapptrace"

// sourceModule is the module that the packages come from.
const sourceModule = "goapptrace"

// injected lists where the packages lie in [Options.Runtime], and where below injectDir.
var injected = map[string]string{
	"protocol":      "protocol",
	"tracee/hook":   "hook",
	"tracee/agent":  "agent",
	"tracee/secure": "secure",
	"tracee/values": "values",
}

// linksTLS is the file of the agent that brings package secure along, and with it all of TLS.
const linksTLS = "tracee/agent/linktls.go"

// injector makes the sources of the packages fit a user's build.
type injector struct {
	prefix string // import path below which the packages go
	lang   string // "go1.26": the language version that the files ask for, whatever the user's go.mod says
	values bool   // package values is needed too
	tls    bool   // package secure is needed too
}

// files returns the sources by their paths below injectDir.
func (in injector) files(runtime fs.FS, offsets Offsets) (map[string][]byte, error) {
	names, err := in.names(runtime)
	if err != nil {
		return nil, err
	}
	all := make(map[string][]byte)
	for _, name := range names {
		src, err := fs.ReadFile(runtime, name)
		if err != nil {
			return nil, fmt.Errorf("read a source to inject: %w", err)
		}
		if name == "tracee/hook/offsets.go" {
			src = offsets.source()
		}
		src, err = in.adapt(name, src)
		if err != nil {
			return nil, fmt.Errorf("adapt a source to inject: %w", err)
		}
		all[path.Join(injected[path.Dir(name)], path.Base(name))] = src
	}
	return all, nil
}

// names lists the sources.
func (in injector) names(runtime fs.FS) ([]string, error) {
	var all []string
	for from := range injected {
		if from == "tracee/values" && !in.values || from == "tracee/secure" && !in.tls {
			continue
		}
		names, err := fs.Glob(runtime, from+"/*.go")
		if err != nil {
			return nil, fmt.Errorf("find the sources of %q: %w", from, err)
		}
		if len(names) == 0 {
			return nil, fmt.Errorf("find the sources of %q: there are none in Options.Runtime", from)
		}
		all = append(all, names...)
	}
	return slices.DeleteFunc(all, func(name string) bool { return isTestFile(name) || name == linksTLS && !in.tls }), nil
}

// adapt makes one file import its siblings from where they are, and raises its language version: an old
// go directive in the user's go.mod would hold it down otherwise.
func (in injector) adapt(name string, src []byte) ([]byte, error) {
	fset := token.NewFileSet()
	file, err := parser.ParseFile(fset, name, src, parser.ImportsOnly|parser.ParseComments)
	if err != nil {
		return nil, err
	}
	tok := fset.File(file.FileStart)
	var out bytes.Buffer
	last := 0
	replace := func(n ast.Node, text string) {
		out.Write(src[last:tok.Offset(n.Pos())])
		out.WriteString(text)
		last = tok.Offset(n.End())
	}
	if c := buildLine(file); c == nil {
		fmt.Fprintf(&out, "//go:build %s\n\n", in.lang)
	} else {
		replace(c, fmt.Sprintf("//go:build (%s) && %s", strings.TrimSpace(strings.TrimPrefix(c.Text, "//go:build")), in.lang))
	}
	for _, spec := range file.Imports {
		from, err := strconv.Unquote(spec.Path.Value)
		if err != nil {
			return nil, err
		}
		if to, ok := injected[strings.TrimPrefix(from, sourceModule+"/")]; ok {
			replace(spec.Path, strconv.Quote(in.prefix+"/"+to))
		}
	}
	out.Write(src[last:])
	return out.Bytes(), nil
}

// buildLine finds a file's //go:build line.
func buildLine(file *ast.File) *ast.Comment {
	for _, group := range file.Comments {
		i := slices.IndexFunc(group.List, func(c *ast.Comment) bool {
			return c.Pos() < file.Package && constraint.IsGoBuild(c.Text)
		})
		if i >= 0 {
			return group.List[i]
		}
	}
	return nil
}

var releasePattern = regexp.MustCompile(`go1\.(\d+)`)

// oldestMinor is the oldest release that knows what the injected sources need: //go:build lines that raise
// the language version (1.21) and range over functions (1.23).
const oldestMinor = 23

// language returns "go1.26" for the toolchain "go1.26.8" or "devel go1.26-0123abc".
func language(toolchain string) (string, error) {
	found := releasePattern.FindStringSubmatch(toolchain)
	if found == nil {
		return "", fmt.Errorf("toolchain %q: the version can't be understood", toolchain)
	}
	if minor, err := strconv.Atoi(found[1]); err != nil || minor < oldestMinor {
		return "", fmt.Errorf("toolchain %q: too old, hooks need Go 1.%d or later", toolchain, oldestMinor)
	}
	return found[0], nil
}
