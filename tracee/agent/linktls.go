package agent

import (
	"cmp"
	"context"
	"errors"
	"net"
	"time"

	"goapptrace/tracee/secure"
)

// This file takes part only where TLS is to be linked into a program: package instrument leaves it out elsewhere.

// Variables are initialized before the agent starts, which other init functions of the package may come after.
var _ = linkTLS(func(ctx context.Context, conn net.Conn, s tlsSettings) (net.Conn, error) {
	opts, err := s.read()
	if err != nil {
		return nil, errors.Join(err, conn.Close())
	}
	return secure.Client(ctx, wire{guard(conn), conn}, opts)
})

// read reads the files anew each time, for certificates are replaced while programs run.
func (s tlsSettings) read() (opts secure.Options, err error) {
	opts.ServerName = s.serverName
	if s.ca != "" {
		opts.CA, err = readSetting("GOAPPTRACE_CA", s.ca)
	}
	if err == nil && s.cert != "" {
		opts.Cert, err = readSetting("GOAPPTRACE_CERT", s.cert)
	}
	if key := cmp.Or(s.key, s.cert); err == nil && key != "" {
		opts.Key, err = readSetting("GOAPPTRACE_KEY", key)
	}
	return opts, err
}

// wire is a guarded connection as package tls wants it.
type wire struct {
	transport
	conn net.Conn
}

// Queued is what the connection below TLS says.
func (w wire) Queued() int { return newProgress(w.transport).queued() }

func (w wire) LocalAddr() net.Addr  { return w.conn.LocalAddr() }
func (w wire) RemoteAddr() net.Addr { return w.conn.RemoteAddr() }

func (w wire) SetDeadline(t time.Time) error {
	return errors.Join(w.SetReadDeadline(t), w.SetWriteDeadline(t))
}
