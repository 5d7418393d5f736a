package remote

import (
	"errors"
	"fmt"
	"net/netip"
	"path"
	"strings"
)

// pattern is one of those in the option from="…": an address, a network, or an address with wildcards.
type pattern struct {
	not     bool
	network netip.Prefix
	text    string // with wildcards, if there is no network
}

// parseFrom reads patterns. Names of hosts are none: nobody looks them up, and what isn't understood must let nobody in.
func parseFrom(value string) ([]pattern, error) {
	if value == "" {
		return nil, errors.New("it has no address")
	}
	var patterns []pattern
	for text := range strings.SplitSeq(value, ",") {
		p := pattern{}
		text, p.not = strings.CutPrefix(strings.TrimSpace(text), "!")
		if err := p.parse(strings.ToLower(text)); err != nil {
			return nil, err
		}
		patterns = append(patterns, p)
	}
	return patterns, nil
}

func (p *pattern) parse(text string) error {
	if addr, err := netip.ParseAddr(text); err == nil && addr.Zone() == "" {
		addr = addr.Unmap()
		p.network = netip.PrefixFrom(addr, addr.BitLen())
		return nil
	}
	if network, err := netip.ParsePrefix(text); err == nil {
		if network != network.Masked() {
			return fmt.Errorf("%q has bits behind its network: %s is one", text, network.Masked())
		}
		p.network = network
		return nil
	}
	const inAddresses = "0123456789abcdef.:*?"
	if !strings.ContainsAny(text, "*?") || strings.Trim(text, inAddresses) != "" {
		return fmt.Errorf("%q is neither an address, nor a network, nor an address with * and ?: names aren't looked up", text)
	}
	p.text = text
	return nil
}

func (p *pattern) matches(addr netip.Addr) bool {
	if p.network.IsValid() {
		return p.network.Contains(addr)
	}
	ok, _ := path.Match(p.text, addr.String())
	return ok
}

// anyMatches says whether a pattern matches the address, and none with a ! does.
func anyMatches(patterns []pattern, addr netip.Addr) bool {
	addr = addr.Unmap().WithZone("")
	matched := false
	for _, p := range patterns {
		if p.matches(addr) {
			if p.not {
				return false
			}
			matched = true
		}
	}
	return matched
}
