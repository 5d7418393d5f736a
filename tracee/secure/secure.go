// Package secure has the agent talk to its viewer over TLS. Package agent registers [Client] where a build links both; most
// programs have no use for package crypto/tls, which would make them larger.
package secure

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"net"
)

// Options say whom to trust, and who we are. Certificates and keys are in PEM form.
type Options struct {
	ServerName string // that the server's certificate has to name
	CA         []byte // certificates of those who may vouch for it; nil for those that the system trusts
	Cert, Key  []byte // for servers that ask who we are; nil for none
}

// Client makes a TLS connection of conn, which it closes if that fails. The end of ctx interrupts it.
func Client(ctx context.Context, conn net.Conn, opts Options) (net.Conn, error) {
	cfg, err := opts.config()
	if err != nil {
		_ = conn.Close()
		return nil, err
	}
	c := tls.Client(conn, cfg)
	if err := c.HandshakeContext(ctx); err != nil {
		_ = conn.Close()
		return nil, err
	}
	return secured{c, conn}, nil
}

func (o Options) config() (*tls.Config, error) {
	cfg := &tls.Config{MinVersion: tls.VersionTLS13, ServerName: o.ServerName}
	if o.CA != nil {
		cfg.RootCAs = x509.NewCertPool()
		if !cfg.RootCAs.AppendCertsFromPEM(o.CA) {
			return nil, errors.New("GOAPPTRACE_CA has no certificate in PEM form")
		}
	}
	if o.Cert != nil || o.Key != nil {
		cert, err := tls.X509KeyPair(o.Cert, o.Key)
		if err != nil {
			return nil, fmt.Errorf("GOAPPTRACE_CERT and GOAPPTRACE_KEY: %w", err)
		}
		cfg.Certificates = []tls.Certificate{cert}
	}
	return cfg, nil
}

// secured closes without a word: a [tls.Conn] would wait up to five seconds for the other end to take its last one.
type secured struct {
	*tls.Conn
	wire net.Conn
}

func (s secured) Close() error { return s.wire.Close() }

// Queued is how many bytes the other end hasn't got yet, 0 if the connection below can't tell.
func (s secured) Queued() int {
	if c, ok := s.wire.(interface{ Queued() int }); ok {
		return c.Queued()
	}
	return 0
}
