package listen

import (
	"net"
	"strconv"
	"testing"
	"time"
)

// Who is told to listen on all IPv4 addresses doesn't listen on IPv6 ones, nor the other way round.
func TestTCP(t *testing.T) {
	if l, err := net.Listen("tcp6", "[::1]:0"); err != nil {
		t.Skip("no IPv6 here")
	} else {
		_ = l.Close()
	}
	for _, tt := range []struct {
		host   string
		v4, v6 bool
	}{
		{"0.0.0.0", true, false}, {"127.0.0.1", true, false}, {"::", false, true}, {"::1", false, true}, {"", true, true},
	} {
		l, err := TCP(t.Context(), net.JoinHostPort(tt.host, "0"))
		if err != nil {
			t.Errorf("%q: %v", tt.host, err)
			continue
		}
		port := strconv.Itoa(l.Addr().(*net.TCPAddr).Port)
		if v4, v6 := reached(t, "127.0.0.1:"+port), reached(t, "[::1]:"+port); v4 != tt.v4 || v6 != tt.v6 {
			t.Errorf("%q is reached by IPv4 %v, by IPv6 %v", tt.host, v4, v6)
		}
		_ = l.Close()
	}
}

func reached(t *testing.T, addr string) bool {
	t.Helper()
	dialer := net.Dialer{Timeout: 10 * time.Second}
	c, err := dialer.DialContext(t.Context(), "tcp", addr)
	if err == nil {
		_ = c.Close()
	}
	return err == nil
}

func TestNetwork(t *testing.T) {
	for addr, want := range map[string]string{
		"0.0.0.0:1": "tcp4", "10.0.0.1:1": "tcp4", "[::]:1": "tcp6", "[fe80::1%eth0]:1": "tcp6", "[::ffff:10.0.0.1]:1": "tcp",
		":1": "tcp", "localhost:1": "tcp", "nonsense": "tcp",
	} {
		if got := network(addr); got != want {
			t.Errorf("%s is of %s, want %s", addr, got, want)
		}
	}
}
