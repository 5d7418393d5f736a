package remote

import (
	"fmt"
	"log/slog"
	"net"
)

// CheckAddress says whether a server can be told to listen at an address, as far as its text shows.
func CheckAddress(addr string) error {
	_, port, err := net.SplitHostPort(addr)
	if err != nil {
		return fmt.Errorf("%q is no address: use one such as 0.0.0.0:2222, with brackets around an IPv6 host", addr)
	}
	if _, err := net.LookupPort("tcp", port); err != nil {
		return fmt.Errorf("%q has no port from 0 to 65535: use an address such as 0.0.0.0:2222", addr)
	}
	return nil
}

// Check says what [Listen] will say about the files with keys, without listening. It makes the host's key if there is none.
func (c Config) Check() error {
	if _, err := openKeys(c.AuthorizedKeys, slog.New(slog.DiscardHandler)); err != nil {
		return fmt.Errorf("ssh: %w", err)
	}
	if _, _, err := hostKey(c.HostKey); err != nil {
		return fmt.Errorf("ssh: %w", err)
	}
	return nil
}
