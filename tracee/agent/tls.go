package agent

import (
	"context"
	"net"
	"os"
)

// tlsSettings say whom to trust, and who the program is.
type tlsSettings struct {
	serverName    string // that the viewer's certificate has to name; "" for the one that is dialed
	ca, cert, key string // files
}

func tlsFromEnv() tlsSettings {
	return tlsSettings{
		serverName: os.Getenv("GOAPPTRACE_SERVER_NAME"),
		ca:         os.Getenv("GOAPPTRACE_CA"),
		cert:       os.Getenv("GOAPPTRACE_CERT"),
		key:        os.Getenv("GOAPPTRACE_KEY"),
	}
}

// secureConn makes a TLS connection of a TCP connection, which is not to be used any more, whatever becomes of it.
type secureConn func(context.Context, net.Conn, tlsSettings) (net.Conn, error)

// linkedTLS is nil in programs that TLS isn't linked into.
var linkedTLS secureConn

func linkTLS(f secureConn) struct{} {
	linkedTLS = f
	return struct{}{}
}
