package instrument

import (
	"os"
	"slices"
	"strings"
)

// nameFunctions keeps the names of the functions with hooks. They aren't known of standard packages, and of those whose coverage is measured.
func (p *planner) nameFunctions(hooked []*listed) (err error) {
	if p.covers() || slices.ContainsFunc(hooked, func(pkg *listed) bool { return pkg.Standard }) {
		return nil
	}
	slices.Sort(p.names)
	p.plan.names, err = p.store.put("functions", []byte(strings.Join(p.names, "\n")+"\n"))
	return err
}

// Unmatched returns those of the patterns, such as [Options.Args] has, that match no function with a hook, as far as that is
// known. It isn't for functions whose names the compiler makes up: function literals that it copies to where they are called, and init
// functions, which it numbers.
func (p *Plan) Unmatched(patterns []string) []string {
	asked := slices.DeleteFunc(slices.Clone(patterns), func(pattern string) bool {
		return strings.Contains(pattern, ".func") || strings.Contains(pattern, ".init")
	})
	if p.names == "" || len(asked) == 0 {
		return nil
	}
	names, err := os.ReadFile(p.names)
	if err != nil {
		return nil
	}
	for name := range strings.Lines(string(names)) {
		name = strings.TrimSuffix(name, "\n")
		asked = slices.DeleteFunc(asked, func(pattern string) bool { return matches(pattern, name) })
	}
	return asked
}
