package e2e

import (
	"bufio"
	"bytes"
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"syscall"
	"testing"

	"goapptrace/internal/testtool"
)

// host is a machine that is watched from elsewhere: a server, a program that is traced, and people with keys. It is reached by a
// wire that can be cut.
type host struct {
	t    *testing.T
	bin  string // directory of goapptrace
	dir  string
	wire *wire
	addr string // without the wire

	server *exec.Cmd
	log    *lockedBuffer // what the server says
}

// in is the host for a part of its test.
func (h *host) in(t *testing.T) *host {
	part := *h
	part.t = t
	return &part
}

// people are those who have keys, and what the authorized_keys file says of them.
var people = map[string]string{"wanda": `restrict,pty `, "oscar": `role="operate" `}

// serveShop starts a server and the example shop.
func serveShop(t *testing.T) *host {
	t.Helper()
	testtool.Need(t, "ssh")
	h := &host{t: t, bin: build(t), dir: shortDir(t), log: new(lockedBuffer)}
	h.makeKeys()
	h.serve("127.0.0.1:0")
	h.wire = newWire(t, h.addr)
	h.configure()
	shop := h.path("shop")
	h.run("..", filepath.Join(h.bin, "goapptrace"), "build", "-o", shop, "./examples/shop")
	cmd := exec.Command(shop)
	cmd.Env = append(os.Environ(), "GOAPPTRACE_SERVER="+h.socket())
	h.start(cmd)
	return h
}

func (h *host) socket() string { return "unix://" + h.path("socket") }

func (h *host) path(name string) string { return filepath.Join(h.dir, name) }

func (h *host) run(dir, name string, args ...string) {
	h.t.Helper()
	cmd := exec.Command(name, args...)
	cmd.Dir = dir
	if out, err := cmd.CombinedOutput(); err != nil {
		h.t.Fatalf("%s: %v\n%s", cmd, err, out)
	}
}

// start runs a command until the end of the test.
func (h *host) start(cmd *exec.Cmd) {
	h.t.Helper()
	if err := cmd.Start(); err != nil {
		h.t.Fatal(err)
	}
	h.t.Cleanup(func() {
		_ = cmd.Process.Signal(syscall.SIGTERM)
		_ = cmd.Wait()
	})
}

// makeKeys makes the keys of people and, called nobody, of one who isn't let in.
func (h *host) makeKeys() {
	h.t.Helper()
	var authorized bytes.Buffer
	for _, name := range []string{"wanda", "oscar", "nobody"} {
		h.run(h.dir, testtool.Need(h.t, "ssh-keygen"), "-q", "-t", "ed25519", "-N", "", "-C", name, "-f", name)
		public, err := os.ReadFile(h.path(name + ".pub"))
		if err != nil {
			h.t.Fatal(err)
		}
		if options, known := people[name]; known {
			authorized.WriteString(options)
			authorized.Write(public)
		}
	}
	h.write("authorized_keys", authorized.String())
}

func (h *host) write(name, text string) {
	h.t.Helper()
	if err := os.WriteFile(h.path(name), []byte(text), 0o600); err != nil {
		h.t.Fatal(err)
	}
}

var servedAt = regexp.MustCompile(`ssh://([0-9.:]+)`)

// serve starts the server and waits until it listens.
func (h *host) serve(addr string) {
	h.t.Helper()
	h.server = exec.Command(filepath.Join(h.bin, "goapptrace"), "serve", "--listen", h.socket(),
		"--ssh", addr, "--authorized-keys", h.path("authorized_keys"), "--host-key", h.path("host_key"))
	h.server.Stdout = h.log
	stderr, err := h.server.StderrPipe()
	if err != nil {
		h.t.Fatal(err)
	}
	h.start(h.server)
	found := make(chan string, 1)
	go func() {
		defer close(found)
		for lines := bufio.NewScanner(stderr); lines.Scan(); {
			_, _ = fmt.Fprintln(h.log, lines.Text())
			if at := servedAt.FindStringSubmatch(lines.Text()); at != nil {
				found <- at[1]
			}
		}
	}()
	if h.addr = <-found; h.addr == "" {
		h.t.Fatalf("the server says\n%s", h.log)
	}
	h.t.Cleanup(func() {
		if h.t.Failed() {
			h.t.Logf("the server says\n%s", h.log)
		}
	})
}

// configure writes a configuration for ssh, in which the people's names are hosts.
func (h *host) configure() {
	h.t.Helper()
	var text strings.Builder
	for _, name := range []string{"wanda", "oscar", "nobody"} {
		fmt.Fprintf(&text, "Host %s\n\tIdentityFile %s\n", name, h.path(name))
	}
	name, port, _ := strings.Cut(h.wire.addr(), ":")
	fmt.Fprintf(&text, "Host *\n\tHostName %s\n\tPort %s\n\tUser somebody\n\tIdentitiesOnly yes\n\tIdentityAgent none\n", name, port)
	fmt.Fprintf(&text, "\tUserKnownHostsFile %s\n\tGlobalKnownHostsFile none\n\tStrictHostKeyChecking accept-new\n", h.path("known_hosts"))
	fmt.Fprintf(&text, "\tLogLevel ERROR\n\tNumberOfPasswordPrompts 0\n\tConnectTimeout 20\n")
	h.write("config", text.String())
}

// ssh is a command line of the real client.
func (h *host) ssh(words ...string) []string {
	return append([]string{"ssh", "-F", h.path("config")}, words...)
}

// ask runs ssh without a terminal.
func (h *host) ask(words ...string) (stdout, stderr string, status int) {
	h.t.Helper()
	ctx, cancel := context.WithTimeout(h.t.Context(), patience)
	defer cancel()
	line := h.ssh(words...)
	cmd := exec.CommandContext(ctx, line[0], line[1:]...)
	var out, errs bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &errs
	_ = cmd.Run()
	if ctx.Err() != nil {
		h.t.Errorf("%s doesn't end", cmd)
	}
	return out.String(), errs.String(), cmd.ProcessState.ExitCode()
}

// visit looks at the host as somebody, from a terminal of his own.
func (h *host) visit(name string, width, height int) *screen {
	h.t.Helper()
	s := open(h.t, h.bin, width, height)
	s.enter("clear; " + strings.Join(h.ssh(name), " ") + "; echo status=$?")
	s.wait(`● shop `)
	return s
}

// lockedBuffer may be written and read at once.
type lockedBuffer struct {
	mu   sync.Mutex
	text bytes.Buffer
}

func (b *lockedBuffer) Write(p []byte) (int, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.text.Write(p)
}

func (b *lockedBuffer) String() string {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.text.String()
}
