package agent

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/netip"
	"os"
	"strconv"
	"strings"
	"time"
)

// dialTimeout bounds one attempt to connect.
const dialTimeout = 5 * time.Second

// sendBuffer is the size of a Unix socket's buffer in bytes. While the viewer waits for a processor, it holds
// what the rings then need not.
const sendBuffer = 1 << 20

// config is what the environment asks for.
type config struct {
	network, address string // as net.Dial takes them
	local            bool   // connecting takes no time worth mentioning

	app, secret  string
	crash, debug string

	flush time.Duration // 0 for flushTimeout

	depth int           // how deep calls are streamed, 0 for any
	min   time.Duration // of the calls that are streamed

	rules []rule // how functions are traced unless the viewer wishes otherwise
}

var errNoServer = errors.New("GOAPPTRACE_SERVER is not set")

func configFromEnv() (config, error) {
	cfg := config{
		app:    os.Getenv("GOAPPTRACE_APP"),
		secret: os.Getenv("GOAPPTRACE_SECRET"),
		crash:  os.Getenv("GOAPPTRACE_CRASH"),
		debug:  os.Getenv("GOAPPTRACE_DEBUG"),
		rules: environmentRules(os.Getenv("GOAPPTRACE_TRACE"), os.Getenv("GOAPPTRACE_COUNT"),
			os.Getenv("GOAPPTRACE_NO_TRACE")),
	}
	if flush, err := time.ParseDuration(os.Getenv("GOAPPTRACE_FLUSH")); err == nil && flush > 0 {
		cfg.flush = flush
	}
	if depth, err := strconv.Atoi(os.Getenv("GOAPPTRACE_DEPTH")); err == nil && depth > 0 {
		cfg.depth = depth
	}
	if shortest, err := time.ParseDuration(os.Getenv("GOAPPTRACE_MIN")); err == nil && shortest > 0 {
		cfg.min = shortest
	}
	server := os.Getenv("GOAPPTRACE_SERVER")
	if server == "" {
		return cfg, errNoServer
	}
	return cfg, cfg.setServer(server)
}

// setServer reads unix:///path or tcp://host:port.
func (c *config) setServer(server string) error {
	scheme, rest, _ := strings.Cut(server, "://")
	switch scheme {
	case "unix":
		if rest == "" {
			return fmt.Errorf("server %q has no path", server)
		}
		c.local = true
	case "tcp":
		host, _, err := net.SplitHostPort(rest)
		if err != nil {
			return fmt.Errorf("server %q: %w", server, err)
		}
		addr, _ := netip.ParseAddr(host)
		c.local = addr.IsLoopback() || host == "localhost"
	default:
		return fmt.Errorf("server %q is neither unix:///path nor tcp://host:port", server)
	}
	c.network, c.address = scheme, rest
	return nil
}

// dial connects. The end of the program interrupts it only where that could take long: even a program that ends
// at once is seen by a viewer nearby.
func (c *config) dial(ending context.Context) (net.Conn, error) {
	if c.local {
		ending = context.WithoutCancel(ending)
	}
	ctx, cancel := context.WithTimeout(ending, dialTimeout)
	defer cancel()
	conn, err := new(net.Dialer).DialContext(ctx, c.network, c.address)
	if local, ok := conn.(*net.UnixConn); ok {
		_ = local.SetWriteBuffer(sendBuffer) // the system cuts it to what it allows
	}
	return conn, err
}
