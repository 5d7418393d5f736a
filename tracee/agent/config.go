package agent

import (
	"cmp"
	"context"
	"errors"
	"net"
	"net/netip"
	"os"
	"strconv"
	"strings"
	"time"
)

// dialTimeout bounds one attempt to connect, the handshake of TLS included.
const dialTimeout = 5 * time.Second

// sendBuffer is the size of a Unix socket's buffer in bytes. While the viewer waits for a processor, it holds
// what the rings then need not.
const sendBuffer = 1 << 20

// config is what the environment asks for.
type config struct {
	network, address string // as net.Dial takes them
	local            bool   // connecting takes no time worth mentioning

	secure secureConn  // nil for connections as they are
	tls    tlsSettings // of secure

	app                string
	secret, secretFile string
	insecure           bool // the secret may cross a network in clear
	crash, debug       string

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
		tls:    tlsFromEnv(),

		secretFile: os.Getenv("GOAPPTRACE_SECRET_FILE"),
		insecure:   os.Getenv("GOAPPTRACE_INSECURE") == "1",
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

// setServer reads unix:///path, tcp://host:port or tls://host:port. What GOAPPTRACE_SERVER holds is no part of its error.
func (c *config) setServer(server string) error {
	scheme, rest, _ := strings.Cut(server, "://")
	switch c.network, c.address = scheme, rest; scheme {
	case "unix":
		if rest == "" {
			return errors.New("GOAPPTRACE_SERVER has no path behind unix://")
		}
		c.local = true
		return nil
	case "tcp":
		return c.setHost()
	case "tls":
		if linkedTLS == nil {
			return errors.New("GOAPPTRACE_SERVER asks for TLS, which is not in this program: build it with goapptrace build --tls")
		}
		c.network, c.secure = "tcp", linkedTLS
		return c.setHost()
	}
	return errors.New("GOAPPTRACE_SERVER is neither unix:///path, tcp://host:port nor tls://host:port")
}

// setHost takes in the host of the address.
func (c *config) setHost() error {
	host, _, err := net.SplitHostPort(c.address)
	if err != nil {
		return errors.New("GOAPPTRACE_SERVER is not of the form " + c.network + "://host:port")
	}
	addr, _ := netip.ParseAddr(host)
	c.local = addr.IsLoopback() || host == "localhost"
	if c.secure != nil {
		c.tls.serverName = cmp.Or(c.tls.serverName, host)
	}
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
	dialer := new(net.Dialer)
	if c.network == "tcp" && c.secure == nil && c.hasSecret() && !c.insecure {
		dialer.ControlContext = notInClear
	}
	conn, err := dialer.DialContext(ctx, c.network, c.address)
	if err != nil {
		return nil, err
	}
	if local, ok := conn.(*net.UnixConn); ok {
		_ = local.SetWriteBuffer(sendBuffer) // the system cuts it to what it allows
	}
	if c.secure != nil {
		return c.secure(ctx, conn, c.tls)
	}
	return conn, nil
}
