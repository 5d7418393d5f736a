// Package listen opens TCP addresses as they are written: see [TCP].
package listen

import (
	"context"
	"net"
	"net/netip"
)

// TCP listens at host:port. An IPv4 address means IPv4 alone and an IPv6 address IPv6 alone, also 0.0.0.0 and [::]; an empty host, or
// a name, whatever the system has for it.
func TCP(ctx context.Context, addr string) (net.Listener, error) {
	var config net.ListenConfig
	return config.Listen(ctx, network(addr), addr)
}

// network is what package net calls the network that an address is of. Without it 0.0.0.0 would be [::] to it, with IPv4 in it.
func network(addr string) string {
	host, _, err := net.SplitHostPort(addr)
	if err != nil {
		return "tcp"
	}
	ip, err := netip.ParseAddr(host)
	switch {
	case err != nil || ip.Is4In6():
		return "tcp"
	case ip.Is4():
		return "tcp4"
	}
	return "tcp6"
}
