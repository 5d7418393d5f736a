package instrument

import (
	"errors"
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

// ParseTest sorts the arguments of go test as that does: flags and one list of packages or .go files, in any order. Flags
// that it doesn't know belong to the test binary, and so does all that follows the packages, -args, or such a flag and is no flag.
func ParseTest(args []string) (Arguments, error) {
	var parsed Arguments
	var own []string // of the test binary
	complete := false
	for len(args) > 0 {
		switch arg := args[0]; {
		case arg == "-args" || arg == "--args":
			own, args = append(own, args[1:]...), nil
		case arg == "--":
			own, args = append(own, args...), nil
		case isFlag(arg):
			flag, n, err := takeFlag(args, buildFlags, testFlags)
			switch {
			case errors.Is(err, errUnknownFlag):
				own, n = append(own, arg), 1
				complete = true
			case err != nil:
				return Arguments{}, err
			default:
				parsed.Flags = append(parsed.Flags, flag)
				complete = complete || len(parsed.Packages) > 0
			}
			args = args[n:]
		case complete:
			own, args = append(own, arg), args[1:]
		default:
			parsed.Packages, args = append(parsed.Packages, arg), args[1:]
		}
	}
	if len(own) > 0 {
		parsed.Rest = append([]string{"-args"}, own...)
	}
	return parsed, nil
}

// takeFlags splits off the leading flags, normalized to "-name" or "-name=value".
func takeFlags(args []string, known ...map[string]flagKind) (flags, rest []string, err error) {
	for len(args) > 0 && isFlag(args[0]) {
		if args[0] == "--" {
			return flags, args[1:], nil
		}
		flag, n, err := takeFlag(args, known...)
		if err != nil {
			return nil, nil, err
		}
		flags, args = append(flags, flag), args[n:]
	}
	return flags, args, nil
}

func isFlag(arg string) bool { return len(arg) > 1 && arg[0] == '-' }

var errUnknownFlag = errors.New("the go command has no such build flag; a program's own flags go behind its package")

// takeFlag takes the first of args, and the second if that is the first one's value. It returns how many it took.
func takeFlag(args []string, known ...map[string]flagKind) (flag string, n int, err error) {
	name, value, hasValue := splitFlag(args[0])
	kind, ok := lookFlag(strings.TrimPrefix(name, "test."), known)
	if !ok {
		return "", 0, fmt.Errorf("flag %q: %w", args[0], errUnknownFlag)
	}
	if !kind.value || hasValue {
		return joinFlag(name, value, hasValue), 1, nil
	}
	if len(args) == 1 {
		return "", 0, fmt.Errorf("flag %q: needs a value", "-"+name)
	}
	return joinFlag(name, args[1], true), 2, nil
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

// flag returns the value of a flag that the user gives, on the command line or in GOFLAGS.
func (p *planner) flag(name string) (string, bool) {
	return flagValue(append(p.env.goFlags(), p.flags...), name)
}

// isSet reports whether the user sets a flag that takes no value.
func (p *planner) isSet(name string) bool {
	value, ok := p.flag(name)
	return ok && value != "false" && value != "0"
}
