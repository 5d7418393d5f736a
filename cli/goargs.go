package cli

import (
	"errors"
	"fmt"
	"strings"

	"goapptrace/instrument"
)

// goArgs is a command line as "go run" reads it: flags, then a package or files, then what the program gets.
type goArgs struct {
	own   []string // our own flags, each as --name or --name=value
	build []string // flags for the go command, each as -name or -name=value
	dir   string   // of -C, which moves us too and not only the go command; empty for the current directory
	pkgs  []string // one package, or the .go files that make one
	rest  []string // the program's arguments, untouched
}

// errHelp says that the user asked for help among the flags.
var errHelp = errors.New("help requested")

// splitGoArgs reads args. Own says which flags are ours, and whether they take an argument; they go before go's.
func splitGoArgs(args []string, own map[string]bool) (goArgs, error) {
	var out goArgs
	for len(args) > 0 {
		name, value, hasValue, isFlag := cutFlag(args[0])
		if !isFlag {
			break
		}
		if name == "" { // "--"
			args = args[1:]
			break
		}
		kind, wants, err := flagKind(name, own)
		if err != nil {
			return out, err
		}
		args = args[1:]
		if wants && !hasValue {
			if len(args) == 0 {
				return out, fmt.Errorf("flag needs an argument: -%s", name)
			}
			value, hasValue, args = args[0], true, args[1:]
		}
		if hasValue {
			name += "=" + value
		}
		switch kind {
		case ownFlag:
			out.own = append(out.own, "--"+name)
		case goFlag:
			out.build = append(out.build, "-"+name)
		case dirFlag:
			out.dir = value
		}
	}
	out.pkgs, out.rest = cutPackage(args)
	return out, nil
}

type flagOwner int

const (
	ownFlag flagOwner = iota
	goFlag
	dirFlag
)

// flagKind says whose flag name is, and whether it takes an argument.
func flagKind(name string, own map[string]bool) (flagOwner, bool, error) {
	if wants, ok := own[name]; ok {
		return ownFlag, wants, nil
	}
	switch name {
	case "C":
		return dirFlag, true, nil
	case "h", "help":
		return 0, false, errHelp
	}
	if wants, ok := instrument.BuildFlag(name); ok {
		return goFlag, wants, nil
	}
	return 0, false, fmt.Errorf("unknown flag: -%s", name)
}

// cutFlag takes -name, --name, -name=value apart. A lone "-" is no flag; of "--" the name is empty.
func cutFlag(arg string) (name, value string, hasValue, isFlag bool) {
	if len(arg) < 2 || arg[0] != '-' {
		return "", "", false, false
	}
	name = strings.TrimPrefix(arg[1:], "-")
	name, value, hasValue = strings.Cut(name, "=")
	return name, value, hasValue, true
}

// cutPackage splits what follows the flags: as many .go files as there are, or else one package.
func cutPackage(args []string) (pkgs, rest []string) {
	n := 0
	for n < len(args) && strings.HasSuffix(args[n], ".go") {
		n++
	}
	if n == 0 && len(args) > 0 {
		n = 1
	}
	return args[:n:n], args[n:]
}
