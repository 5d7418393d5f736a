//go:build unix

package agent

import (
	"crypto/tls"
	"io"
	"net"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"goapptrace/internal/testcert"
	"goapptrace/protocol"
)

func newSecureViewer(t *testing.T, cfg *tls.Config) *viewer {
	t.Helper()
	ln := listenTCP(t)
	return &viewer{t, &secureListener{ln, cfg}}
}

func listenTCP(t *testing.T) *net.TCPListener {
	t.Helper()
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = ln.Close() })
	return ln.(*net.TCPListener)
}

func write(t *testing.T, name, text string) (path string) {
	t.Helper()
	path = filepath.Join(t.TempDir(), name)
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

// A program is seen whole over TLS, and does what it does without.
func TestOverTLS(t *testing.T) {
	authority := testcert.New(t)
	server := authority.Server("viewer.lan")
	server.ClientAuth, server.ClientCAs = tls.RequireAndVerifyClientCert, authority.Pool()
	cert, key := authority.Issue("program")
	t.Setenv("GOAPPTRACE_CA", authority.File)
	t.Setenv("GOAPPTRACE_CERT", cert)
	t.Setenv("GOAPPTRACE_KEY", key)
	t.Setenv("GOAPPTRACE_SERVER_NAME", "viewer.lan")
	t.Setenv("GOAPPTRACE_SECRET_FILE", write(t, "secret", "s3cret\n"))
	for _, mode := range []string{"hello", "exit", "panic", "tides"} {
		t.Run(mode, func(t *testing.T) {
			plain := start(t, "", mode).outcome()
			v := newSecureViewer(t, server)
			run := start(t, v.url(), mode)
			p := watch(v, protocol.ServerEnd{Secret: "s3cret"})
			if got := run.outcome(); got != plain {
				t.Errorf("with the agent: %s\nwithout: %s", got, plain)
			}
			state := p.conn.(*tls.Conn).ConnectionState()
			if state.Version != tls.VersionTLS13 || len(state.VerifiedChains) == 0 {
				t.Errorf("version %x, %d verified chains", state.Version, len(state.VerifiedChains))
			}
			if !p.shutdown || p.callsOf("main.init.0") != 1 {
				t.Errorf("shutdown %v, %d calls of init", p.shutdown, p.callsOf("main.init.0"))
			}
			p.checkLedger()
		})
	}
}

// A program whose viewer can't be trusted tells it nothing, tells its own log why, and is otherwise what it is.
func TestUntrusted(t *testing.T) {
	authority := testcert.New(t)
	cert, key := authority.Issue("program")
	scenes := map[string]struct {
		server *tls.Config
		env    map[string]string
		log    string
	}{
		"another authority": {testcert.New(t).Server("127.0.0.1"), nil, "unknown authority"},
		"the system's":      {authority.Server("127.0.0.1"), map[string]string{"GOAPPTRACE_CA": ""}, "unknown authority"},
		"another name":      {authority.Server("viewer.lan"), nil, "127.0.0.1"},
		"another one asked": {authority.Server("127.0.0.1"), map[string]string{"GOAPPTRACE_SERVER_NAME": "viewer.lan"}, "viewer.lan"},
		"expired":           {authority.Load(authority.Expired("127.0.0.1")), nil, "expired"},
		"hostile name":      {authority.Server("\x1b[31mevil\n.lan"), map[string]string{"GOAPPTRACE_SERVER_NAME": "viewer.lan"}, "[31mevil"},
		"old TLS":           {old(authority.Server("127.0.0.1")), nil, "protocol version"},
		"no authority":      {authority.Server("127.0.0.1"), map[string]string{"GOAPPTRACE_CA": key}, "GOAPPTRACE_CA has no certificate"},
		"no file":           {authority.Server("127.0.0.1"), map[string]string{"GOAPPTRACE_CA": "/nonexistent/s3cret"}, "GOAPPTRACE_CA names"},
		"no own key":        {authority.Server("127.0.0.1"), map[string]string{"GOAPPTRACE_CERT": cert}, "GOAPPTRACE_KEY"},
		"no own cert":       {authority.Server("127.0.0.1"), map[string]string{"GOAPPTRACE_KEY": key}, "GOAPPTRACE_CERT"},
		"a pipe":            {authority.Server("127.0.0.1"), map[string]string{"GOAPPTRACE_CA": pipe(t)}, "no regular file"},
		"endless":           {authority.Server("127.0.0.1"), map[string]string{"GOAPPTRACE_CA": "/dev/zero"}, "no regular file"},
	}
	plain := start(t, "", "hello").outcome()
	for name, scene := range scenes {
		t.Run(name, func(t *testing.T) {
			log := filepath.Join(t.TempDir(), "log")
			t.Setenv("GOAPPTRACE_DEBUG", log)
			t.Setenv("GOAPPTRACE_CA", authority.File)
			t.Setenv("GOAPPTRACE_SECRET", "s3cret")
			for name, value := range scene.env {
				t.Setenv(name, value)
			}
			v := newSecureViewer(t, scene.server)
			run := start(t, v.url(), "hello")
			_ = v.ln.(*secureListener).SetDeadline(deadline())
			conn, err := v.ln.Accept()
			if err != nil {
				t.Fatal(err)
			}
			defer conn.Close()
			_ = conn.SetDeadline(deadline())
			if got, _ := io.ReadAll(conn); len(got) > 0 {
				t.Errorf("the viewer got %q", got)
			}
			if got := run.outcome(); got != plain {
				t.Errorf("with the agent: %s\nwithout: %s", got, plain)
			}
			data, err := os.ReadFile(log)
			if err != nil || !strings.Contains(string(data), scene.log) || strings.Contains(string(data), "s3cret") || strings.Contains(string(data), "\x1b") {
				t.Errorf("the log has %q, %v; want %q", data, err, scene.log)
			}
		})
	}
}

func old(cfg *tls.Config) *tls.Config {
	cfg.MinVersion, cfg.MaxVersion = tls.VersionTLS12, tls.VersionTLS12
	return cfg
}

func pipe(t *testing.T) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "pipe")
	if err := syscall.Mkfifo(path, 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

// Servers that don't speak TLS, or speak it badly, make no difference to the program.
func TestAliensInsteadOfTLS(t *testing.T) {
	record := func(body string) string {
		return "\x16\x03\x03" + string([]byte{byte(len(body) >> 8), byte(len(body))}) + body
	}
	for _, mode := range []string{"hello", "exit", "panic"} {
		plain := start(t, "", mode).outcome()
		for name, words := range map[string]string{
			"silent": "", "plain": "SSH-2.0-x\r\n", "zeros": strings.Repeat("\x00", 1<<20),
			"handshake":    record("\x02\x00\x00\x04\x03\x03\x00\x00"),
			"long message": record("\x02\xff\xff\xff" + strings.Repeat("x", 1000)),
			"records":      strings.Repeat(record(""), 1<<16),
			"alert":        "\x15\x03\x03\x00\x02\x02\x28",
		} {
			t.Run(mode+"/"+name, func(t *testing.T) {
				ln := listenTCP(t)
				run := start(t, "tls://"+ln.Addr().String(), mode)
				_ = ln.SetDeadline(deadline())
				conn, err := ln.Accept()
				if err != nil {
					t.Fatal(err)
				}
				defer conn.Close()
				_ = conn.SetDeadline(deadline())
				_, _ = io.WriteString(conn, words)
				if got := run.outcome(); got != plain {
					t.Errorf("with the agent: %s\nwithout: %s", got, plain)
				}
			})
		}
	}
}

// A viewer that stops reading in the middle doesn't hold up the end of the program: it is left with less than was recorded.
func TestStalledTLS(t *testing.T) {
	authority := testcert.New(t)
	t.Setenv("GOAPPTRACE_CA", authority.File)
	plain := start(t, "", "flood").outcome()
	v := newSecureViewer(t, authority.Server("127.0.0.1"))
	run := start(t, v.url(), "flood")
	v.accept(protocol.ServerEnd{})
	if got := run.outcome(); got != plain {
		t.Errorf("with the agent: %s\nwithout: %s", got, plain)
	}
}

// Without TLS in the program there is no agent, and its log says what is missing.
func TestTLSNotLinked(t *testing.T) {
	was := linkedTLS
	defer func() { linkedTLS = was }()
	linkedTLS = nil
	err := new(config).setServer("tls://127.0.0.1:1")
	if err == nil || !strings.Contains(err.Error(), "--tls") || strings.Contains(err.Error(), "127") {
		t.Errorf("the error is %v", err)
	}
}

// The secret in the environment counts before that in a file.
func TestSecretFile(t *testing.T) {
	file := write(t, "secret", "from file\r\n")
	for _, test := range []struct {
		cfg  config
		want string
		err  string
	}{
		{config{}, "", ""},
		{config{secret: "x"}, "x", ""},
		{config{secret: "x", secretFile: "/nonexistent"}, "x", ""},
		{config{secretFile: file}, "from file", ""},
		{config{secretFile: "/nonexistent"}, "", "GOAPPTRACE_SECRET_FILE"},
		{config{secretFile: write(t, "long", strings.Repeat("x", maxSettingFile+1))}, "", "more than"},
	} {
		got, err := test.cfg.knownSecret()
		if got != test.want && err == nil || (err != nil) != (test.err != "") || err != nil && !strings.Contains(err.Error(), test.err) {
			t.Errorf("%+v knows %.20q, %v; want %q, %q", test.cfg, got, err, test.want, test.err)
		}
	}
}
