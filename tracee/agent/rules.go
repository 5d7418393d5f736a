package agent

import (
	"cmp"
	"fmt"
	"runtime"
	"slices"
	"strings"

	"goapptrace/protocol"
	"goapptrace/tracee/hook"
)

// maxRules bounds what a viewer can make the agent remember.
const maxRules = 1000

// ruleSet is what the environment and the viewer's commands say about functions, also those that have not been called
// yet. When several rules select a function, the last one counts.
type ruleSet struct {
	rules   []rule
	applied int // symbols that the rules have been applied to
}

type rule struct {
	selection
	choice
}

// choice is how the functions of a rule are traced. The zero choice leaves them to the agent.
type choice struct {
	pinned bool
	detail hook.Detail
}

// choices are the trace modes of StartTraceCmd.
var choices = map[protocol.Text]choice{
	"":                 {true, hook.Full},
	protocol.ModeFull:  {true, hook.Full},
	protocol.ModeCount: {true, hook.Count},
	protocol.ModeOff:   {true, hook.Off},
	protocol.ModeAuto:  {},
}

// selection is the functions that a rule means. Empty fields select everything.
type selection struct {
	id      uint64
	pkg     string
	pattern string // see matches
}

func (s selection) everything() bool { return s == selection{} }

func (s selection) selects(sym *symbol) bool {
	return (s.id == 0 || s.id == uint64(sym.fn.ID())) &&
		(s.pkg == "" || s.pkg == sym.pkg) &&
		(s.pattern == "" || matches(s.pattern, sym.name))
}

// add applies r to the functions known so far and keeps it for those to come. It returns how many it selected.
func (s *ruleSet) add(r rule, symbols *symbolTable) (matched uint64, err error) {
	switch {
	case r.id > uint64(len(symbols.all)):
		return 0, fmt.Errorf("function %d is not known", r.id)
	case r.id != 0: // known, and nothing to remember
	case r.everything():
		s.rules = append(s.rules[:0], r)
	case len(s.rules) >= maxRules:
		return 0, fmt.Errorf("more than %d commands; start or stop everything to begin anew", maxRules)
	default:
		s.rules = append(s.rules, r)
	}
	for i := range symbols.all {
		if sym := &symbols.all[i]; r.selects(sym) {
			symbols.choose(sym, r.choice)
			matched++
		}
	}
	return matched, nil
}

// apply applies the rules to the functions that became known since the last call.
func (s *ruleSet) apply(symbols *symbolTable) {
	for ; s.applied < len(symbols.all); s.applied++ {
		sym := &symbols.all[s.applied]
		for _, r := range slices.Backward(s.rules) {
			if r.selects(sym) {
				symbols.choose(sym, r.choice)
				break
			}
		}
	}
}

// environmentRules are those of a comma-separated list of patterns for each detail. A pattern that spells out more
// of a name comes later than one that spells out less, and counts therefore.
func environmentRules(full, count, off string) []rule {
	var rules []rule
	for d, list := range map[hook.Detail]string{hook.Full: full, hook.Count: count, hook.Off: off} {
		for pattern := range strings.SplitSeq(list, ",") {
			if pattern = strings.TrimSpace(pattern); pattern != "" {
				rules = append(rules, rule{selection{pattern: pattern}, choice{true, d}})
			}
		}
	}
	slices.SortFunc(rules, func(a, b rule) int {
		return cmp.Or(literals(a.pattern)-literals(b.pattern), cmp.Compare(b.detail, a.detail))
	})
	return rules
}

func literals(pattern string) int { return len(pattern) - strings.Count(pattern, "*") }

// firstDetail is what the environment's rules say about the function that the PC is of, which is called for the first
// time. It runs on the program's goroutines.
func (c *config) firstDetail(pc uintptr) (d hook.Detail, pin bool) {
	frame, _ := runtime.CallersFrames([]uintptr{pc}).Next()
	return detailOf(c.rules, frame.Function)
}

func detailOf(rules []rule, name string) (d hook.Detail, pin bool) {
	for _, r := range slices.Backward(rules) {
		if matches(r.pattern, name) {
			return r.detail, true
		}
	}
	return hook.Full, false
}

// matches says whether the pattern selects the function of that name: it has the form of the name or of its package's
// import path, each taken whole or without the directories. In a pattern, * stands for any text.
func matches(pattern, name string) bool {
	pkg := packageOf(name)
	dirs := strings.LastIndexByte(pkg, '/') + 1
	return glob(pattern, name) || glob(pattern, pkg) || glob(pattern, name[dirs:]) || glob(pattern, pkg[dirs:])
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
