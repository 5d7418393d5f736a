package session

import (
	"crypto/tls"
	"net"
	"os"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"goapptrace/internal/testcert"
	"goapptrace/protocol"
)

// listenTLS starts a server that has a certificate for 127.0.0.1. Clients need one of clients' if that isn't nil.
func listenTLS(t *testing.T, authority, clients *testcert.Authority) (srv *Server, addr string) {
	t.Helper()
	var files TLSFiles
	files.Cert, files.Key = authority.Issue("127.0.0.1")
	if clients != nil {
		files.ClientCA = clients.File
	}
	config, err := files.Config(func(err error) { t.Error(err) })
	if err != nil {
		t.Fatal(err)
	}
	srv, err = Listen(t.Context(), Config{Listen: []string{"tls://127.0.0.1:0"}, TLS: config})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = srv.Close() })
	return srv, strings.TrimPrefix(srv.Addrs()[0], "tls://")
}

func TestTLS(t *testing.T) {
	authority := testcert.New(t)
	for _, clients := range []*testcert.Authority{nil, testcert.New(t)} {
		srv, addr := listenTLS(t, authority, clients)
		config := &tls.Config{RootCAs: authority.Pool()}
		if clients != nil {
			config.Certificates = clients.Server("a program").Certificates
		}
		conn, err := tls.Dial("tcp", addr, config)
		if err != nil {
			t.Fatal(err)
		}
		sent := append(frameOf(t, helloOf("1.1")), frameOf(t, &protocol.LogPacket{})...)
		if _, err := conn.Write(append(sent, frameOf(t, &protocol.ShutdownPacket{})...)); err != nil {
			t.Fatal(err)
		}
		events := consume(t, <-srv.Sessions())
		discard(conn)
		_ = conn.Close()
		if end := events.end(); end.State != protocol.StateClosed {
			t.Errorf("ended %v %q", end.State, end.Reason)
		}
		checkLogs(t, events.all(), 1)
		step := steps(events.all())[1]
		if step.Name != StepTLS || !strings.Contains(string(step.Detail), "TLS 1.3") || strings.Contains(string(step.Detail), "CN=a program") != (clients != nil) {
			t.Errorf("step %+v", step)
		}
	}
}

// TestTLSRefused guards: who can't speak TLS as it should is refused, with a reason and a way to mend it.
func TestTLSRefused(t *testing.T) {
	authority, clients, others := testcert.New(t), testcert.New(t), testcert.New(t)
	trusting := func() *tls.Config { return &tls.Config{RootCAs: authority.Pool()} }
	with := func(config *tls.Config) *tls.Config {
		trusted := trusting()
		trusted.Certificates = config.Certificates
		return trusted
	}
	old := with(clients.Server("old"))
	old.MaxVersion = tls.VersionTLS12
	for _, tt := range []struct {
		name        string
		config      *tls.Config // nil for plain text
		reason, fix string
	}{
		{"no certificate", trusting(), "didn't provide a certificate", "GOAPPTRACE_CERT"},
		{"certificate of another authority", with(others.Server("stranger")), "unknown authority", "--tls-client-ca"},
		{"expired certificate", with(clients.Load(clients.Expired("late"))), "expired", "--tls-client-ca"},
		{"old version", old, "unsupported versions", "connect again"},
		{"server not trusted", &tls.Config{RootCAs: others.Pool()}, "bad certificate", "GOAPPTRACE_CA"},
		{"plain", nil, "first record does not look like a TLS handshake", "tls://"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			srv, addr := listenTLS(t, authority, clients)
			conn, err := net.Dial("tcp", addr)
			if err != nil {
				t.Fatal(err)
			}
			defer conn.Close()
			if tt.config != nil {
				tt.config.ServerName = "127.0.0.1"
				conn = tls.Client(conn, tt.config)
			}
			_, _ = conn.Write(frameOf(t, helloOf("1.1")))
			events := consume(t, <-srv.Sessions())
			if n, err := conn.Read(make([]byte, 1<<10)); err == nil && tt.config != nil {
				t.Errorf("it got an answer of %d bytes", n)
			}
			_ = conn.Close()
			checkRefusal(t, events, tt.reason)
			transcript := steps(events.all())
			if last := transcript[len(transcript)-1]; last.Name != StepTLS || !strings.Contains(last.Fix, tt.fix) {
				t.Errorf("last step %+v", last)
			}
			if n := srv.Stats().Dropped[CauseTLS]; n != 1 {
				t.Errorf("it counts as %+v", srv.Stats())
			}
		})
	}
}

// TestTLSDeadline guards: a TLS handshake that doesn't end has the time of any handshake, also when there is always some progress.
func TestTLSDeadline(t *testing.T) {
	config := testcert.New(t).Server("x")
	for _, gap := range []time.Duration{protocol.HandshakeTimeout + 1, time.Second} {
		synctest.Test(t, func(t *testing.T) {
			srv := testServer(t, Config{})
			e := entranceOf(srv)
			e.tls = config
			began := time.Now()
			p := dialAt(t, srv, e).reading()
			p.conn.(*begunEnd).went = true
			var talk sync.WaitGroup
			talk.Go(func() {
				p.write([]byte{22, 3, 1, 1, 0}) // 256 bytes of a handshake are to follow
				for range 10 {
					time.Sleep(gap)
					p.write([]byte{1})
				}
			})
			events := consume(t, <-srv.Sessions())
			checkRefusal(t, events, "within 5s")
			if lasted := events.end().At.Sub(began); lasted != protocol.HandshakeTimeout {
				t.Errorf("it lasted %v", lasted)
			}
			if n := srv.Stats().Dropped[CauseTimeout]; n != 1 {
				t.Errorf("it counts as %+v", srv.Stats())
			}
			talk.Wait()
		})
	}
}

// TestTLSFiles guards: a certificate that is replaced is used from the next handshake on, one that makes no sense isn't.
func TestTLSFiles(t *testing.T) {
	authority := testcert.New(t)
	cert, key := authority.Issue("first")
	var failures []error
	config, err := TLSFiles{Cert: cert, Key: key}.Config(func(err error) { failures = append(failures, err) })
	if err != nil {
		t.Fatal(err)
	}
	name := func() string {
		t.Helper()
		now, err := config.GetConfigForClient(nil)
		if err != nil {
			t.Fatal(err)
		}
		return now.Certificates[0].Leaf.Subject.CommonName
	}
	if got := name(); got != "first" {
		t.Errorf("certificate of %q", got)
	}
	newCert, newKey := authority.Issue("second")
	rename(t, newCert, cert)
	for range 2 { // the certificate doesn't fit the old key
		if got := name(); got != "first" || len(failures) != 1 {
			t.Errorf("certificate of %q after %d failures", got, len(failures))
		}
	}
	rename(t, newKey, key)
	if got := name(); got != "second" || len(failures) != 1 {
		t.Errorf("certificate of %q after %d failures", got, len(failures))
	}
}

func rename(t *testing.T, from, to string) {
	t.Helper()
	if err := os.Rename(from, to); err != nil {
		t.Fatal(err)
	}
}

func TestTLSFilesErrors(t *testing.T) {
	authority := testcert.New(t)
	cert, key := authority.Issue("x")
	for _, tt := range []struct {
		files TLSFiles
		want  string
	}{
		{TLSFiles{}, "--tls-cert"},
		{TLSFiles{Cert: cert}, "--tls-key"},
		{TLSFiles{Cert: cert, Key: "/no/such/file"}, "/no/such/file"},
		{TLSFiles{Cert: cert, Key: cert}, cert},
		{TLSFiles{Cert: cert, Key: key, ClientCA: "/no/such/file"}, "/no/such/file"},
		{TLSFiles{Cert: cert, Key: key, ClientCA: key}, "no certificate in PEM form"},
	} {
		if _, err := tt.files.Config(nil); err == nil || !strings.Contains(err.Error(), tt.want) {
			t.Errorf("%+v: error %v, want %q", tt.files, err, tt.want)
		}
	}
	if _, err := Listen(t.Context(), Config{Listen: []string{"tls://127.0.0.1:0"}}); err == nil || !strings.Contains(err.Error(), "--tls-cert") {
		t.Errorf("a server without a certificate: error %v", err)
	}
}
