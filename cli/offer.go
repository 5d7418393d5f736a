package cli

import (
	"net"
	"net/netip"
	"slices"
	"strings"

	"goapptrace/session"
)

// offer is what the user can type in another terminal to see something on the screen here.
type offer struct {
	run   string // for a program to build and run
	built string // for one that "goapptrace build" has made
}

// newOffer says how programs find a viewer that listens on addrs and asks for the secret in secretFile, if any.
func newOffer(addrs []string, secretFile string) offer {
	if len(addrs) == 0 {
		return offer{}
	}
	run := []string{"goapptrace", "run", "--no-ui"}
	server := "GOAPPTRACE_SERVER=" + quote(addrs[0])
	built := []string{server}
	if socket, err := session.DefaultSocket(); err != nil || !slices.Contains(addrs, "unix://"+socket) {
		run = append([]string{server}, run...)
	}
	if secretFile != "" {
		run = append(run, "--secret-file", quote(secretFile))
		built = append(built, `GOAPPTRACE_SECRET="$(cat `+quote(secretFile)+`)"`)
		if inClear(addrs[0]) {
			const allow = "GOAPPTRACE_INSECURE=1"
			run, built = append([]string{allow}, run...), append([]string{allow}, built...)
		}
	}
	return offer{run: strings.Join(append(run, "./cmd/app"), " "), built: strings.Join(append(built, "./app"), " ")}
}

// inClear says whether programs that have a secret have to be allowed to tell it to the address.
func inClear(addr string) bool {
	hostPort, plain := strings.CutPrefix(addr, "tcp://")
	host, _, err := net.SplitHostPort(hostPort)
	if !plain || err != nil {
		return false
	}
	ip, err := netip.ParseAddr(host)
	if err != nil {
		return host != "" && host != "localhost"
	}
	return !ip.IsLoopback() && !ip.IsUnspecified()
}

// quote makes a word of s that a shell takes as it is.
func quote(s string) string {
	special := func(r rune) bool {
		return !('a' <= r && r <= 'z' || 'A' <= r && r <= 'Z' || '0' <= r && r <= '9' || strings.ContainsRune("-_./:@%+,", r))
	}
	if s != "" && !strings.ContainsFunc(s, special) {
		return s
	}
	return "'" + strings.ReplaceAll(s, "'", `'\''`) + "'"
}
