package instrument

import (
	"fmt"
	"path/filepath"
	"slices"
	"strings"
)

// flagKind says what a flag of the go command takes and who understands it.
type flagKind struct {
	value bool // it takes a value, as its own argument or behind "="
	list  bool // it changes which files belong to a build, so that go list must have it too
}

// buildFlags are those that go build and go test share.
var buildFlags = map[string]flagKind{
	"C": {value: true}, "a": {}, "n": {}, "p": {value: true}, "race": {list: true}, "msan": {list: true}, "asan": {list: true},
	"cover": {}, "covermode": {value: true}, "coverpkg": {value: true}, "v": {}, "work": {}, "x": {}, "json": {},
	"asmflags": {value: true}, "buildmode": {value: true}, "buildvcs": {}, "compiler": {value: true, list: true},
	"gccgoflags": {value: true}, "gcflags": {value: true}, "installsuffix": {value: true, list: true}, "ldflags": {value: true},
	"linkshared": {}, "mod": {value: true, list: true}, "modcacherw": {list: true}, "modfile": {value: true, list: true},
	"overlay": {value: true, list: true}, "pgo": {value: true}, "pkgdir": {value: true, list: true}, "tags": {value: true, list: true},
	"trimpath": {list: true}, "toolexec": {value: true}, "o": {value: true},
}

// testFlags are those that only go test has.
var testFlags = map[string]flagKind{
	"artifacts": {}, "bench": {value: true}, "benchtime": {value: true}, "count": {value: true}, "cpu": {value: true}, "failfast": {}, "fullpath": {},
	"fuzz": {value: true}, "fuzztime": {value: true}, "fuzzminimizetime": {value: true}, "list": {value: true}, "outputdir": {value: true},
	"parallel": {value: true}, "run": {value: true}, "short": {}, "shuffle": {value: true}, "skip": {value: true}, "timeout": {value: true},
	"vet": {value: true}, "benchmem": {}, "blockprofile": {value: true}, "blockprofilerate": {value: true}, "coverprofile": {value: true},
	"cpuprofile": {value: true}, "memprofile": {value: true}, "memprofilerate": {value: true}, "mutexprofile": {value: true},
	"mutexprofilefraction": {value: true}, "trace": {value: true}, "c": {}, "exec": {value: true},
}

// Arguments are those of a command that builds, sorted by whom they are for.
type Arguments struct {
	Flags    []string // for the go command, each with its value in the same element: "-tags=x"
	Packages []string // packages or .go files
	Rest     []string // what follows: the arguments of the program or, with "-args" ahead, of the test binary
}

// ParseBuild sorts the arguments of go build: flags, then packages or .go files.
func ParseBuild(args []string) (Arguments, error) {
	parsed, rest, err := takeFlags(args, buildFlags)
	return Arguments{Flags: parsed, Packages: rest}, err
}

// ParseTest sorts the arguments of go test: flags, packages or .go files, flags again, and after -args those of the test binary.
func ParseTest(args []string) (Arguments, error) {
	var parsed Arguments
	if i := slices.Index(args, "-args"); i >= 0 {
		args, parsed.Rest = args[:i], args[i:]
	}
	flags, rest, err := takeFlags(args, buildFlags, testFlags)
	if err != nil {
		return Arguments{}, err
	}
	n := 0
	for n < len(rest) && !strings.HasPrefix(rest[n], "-") {
		n++
	}
	more, stray, err := takeFlags(rest[n:], buildFlags, testFlags)
	if err != nil {
		return Arguments{}, err
	}
	parsed.Flags, parsed.Packages = append(flags, more...), rest[:n]
	if len(stray) > 0 {
		parsed.Rest = append(stray, parsed.Rest...)
	}
	return parsed, nil
}

// takeFlags splits off the leading flags, normalized to "-name" or "-name=value".
func takeFlags(args []string, known ...map[string]flagKind) (flags, rest []string, err error) {
	for len(args) > 0 && len(args[0]) > 1 && args[0][0] == '-' {
		if args[0] == "--" {
			return flags, args[1:], nil
		}
		name, value, hasValue := splitFlag(args[0])
		kind, ok := lookFlag(strings.TrimPrefix(name, "test."), known)
		if !ok {
			return nil, nil, fmt.Errorf("flag %q: the go command has no such build flag; a program's own flags go behind its package", args[0])
		}
		args = args[1:]
		if kind.value && !hasValue {
			if len(args) == 0 {
				return nil, nil, fmt.Errorf("flag %q: needs a value", "-"+name)
			}
			value, hasValue, args = args[0], true, args[1:]
		}
		flags = append(flags, joinFlag(name, value, hasValue))
	}
	return flags, args, nil
}

func lookFlag(name string, known []map[string]flagKind) (flagKind, bool) {
	for _, set := range known {
		if kind, ok := set[name]; ok {
			return kind, true
		}
	}
	return flagKind{}, false
}

// splitFlag takes "-name=value" or "--name" apart.
func splitFlag(arg string) (name, value string, hasValue bool) {
	return cut(strings.TrimPrefix(strings.TrimPrefix(arg, "-"), "-"))
}

func cut(s string) (string, string, bool) { return strings.Cut(s, "=") }

func joinFlag(name, value string, hasValue bool) string {
	if !hasValue {
		return "-" + name
	}
	return "-" + name + "=" + value
}

// flagValue returns the value of the last flag with that name.
func flagValue(flags []string, name string) (string, bool) {
	for _, arg := range slices.Backward(flags) {
		if n, value, ok := splitFlag(arg); n == name {
			return value, ok || value == ""
		}
	}
	return "", false
}

// without returns flags less those of the given names.
func without(flags []string, names ...string) []string {
	return slices.DeleteFunc(slices.Clone(flags), func(arg string) bool {
		name, _, _ := splitFlag(arg)
		return slices.Contains(names, name)
	})
}

// listFlags returns the flags that go list needs to see the same files as the build.
func listFlags(flags []string) []string {
	return slices.DeleteFunc(slices.Clone(flags), func(arg string) bool {
		name, _, _ := splitFlag(arg)
		return !buildFlags[name].list
	})
}

// changeDir takes -C out of the flags and applies it to dir.
func changeDir(dir string, flags []string) (string, []string) {
	to, ok := flagValue(flags, "C")
	if !ok || to == "" {
		return dir, flags
	}
	if !filepath.IsAbs(to) {
		to = filepath.Join(dir, to)
	}
	return to, without(flags, "C")
}
