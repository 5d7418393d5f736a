package instrument

import (
	"slices"
	"strings"
)

// linkTLS decides whether the agent can speak TLS, which makes a program larger that has no use for it. One that has TLS of its
// own gets the agent's for nothing, unless standard packages are to have hooks: those that TLS needs could have none then.
func (p *planner) linkTLS(packages []*listed) bool {
	if p.wantsTLS || strings.HasPrefix(lookupEnv(p.goCmd.env, "GOAPPTRACE_SERVER"), "tls://") {
		return true
	}
	has := slices.ContainsFunc(packages, func(pkg *listed) bool { return pkg.ImportPath == "crypto/tls" })
	return has && !slices.ContainsFunc(packages, func(pkg *listed) bool { return pkg.chosen && pkg.Standard })
}

// lookupEnv returns what a variable of an environment counts as.
func lookupEnv(env []string, name string) string {
	for _, entry := range slices.Backward(env) {
		if value, ok := strings.CutPrefix(entry, name+"="); ok {
			return value
		}
	}
	return ""
}
