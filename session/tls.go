package session

import (
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"slices"
	"sync"

	"goapptrace/internal/regular"
)

// TLSFiles are files in PEM form: what a server proves itself with, and whom it lets in.
type TLSFiles struct {
	Cert, Key string // the server's certificate, with those between it and an authority behind it, and its key
	ClientCA  string // certificates of authorities: programs need a certificate of one of them; "" to ask for none
}

// Config reads the files. They are read again when they change; if they make no sense then, failed is told, once for each
// change, and those before stay in force.
func (f TLSFiles) Config(failed func(error)) (*tls.Config, error) {
	c := &certificates{files: f, failed: failed}
	seen := c.look()
	config, err := f.read()
	if err != nil {
		return nil, fmt.Errorf("TLS: %w", err)
	}
	c.seen, c.config = seen, config
	return &tls.Config{
		MinVersion:         tls.VersionTLS13,
		ClientAuth:         config.ClientAuth, // for those who ask; the other configuration decides
		GetConfigForClient: func(*tls.ClientHelloInfo) (*tls.Config, error) { return c.current(), nil },
	}, nil
}

// read makes a configuration of what the files hold now.
func (f TLSFiles) read() (*tls.Config, error) {
	if f.Cert == "" || f.Key == "" {
		return nil, errors.New("a server needs a certificate and its key: --tls-cert FILE --tls-key FILE")
	}
	cert, err := f.keyPair()
	if err != nil {
		return nil, fmt.Errorf("certificate %q with key %q: %w", f.Cert, f.Key, err)
	}
	config := &tls.Config{
		MinVersion:   tls.VersionTLS13,
		Certificates: []tls.Certificate{cert},
		// A ticket would let a program in again whose authority isn't trusted any more.
		SessionTicketsDisabled: true,
	}
	if f.ClientCA == "" {
		return config, nil
	}
	pem, err := regular.Read(f.ClientCA, maxPEM)
	if err != nil {
		return nil, fmt.Errorf("authorities of clients: %w", err)
	}
	config.ClientCAs = x509.NewCertPool()
	if !config.ClientCAs.AppendCertsFromPEM(pem) {
		return nil, fmt.Errorf("authorities of clients: %q has no certificate in PEM form", f.ClientCA)
	}
	config.ClientAuth = tls.RequireAndVerifyClientCert
	return config, nil
}

// maxPEM bounds what is read of a file, in bytes.
const maxPEM = 16 << 20

// keyPair reads the server's certificate. A pipe could be read once at most, and would hold up all handshakes the next time.
func (f TLSFiles) keyPair() (pair tls.Certificate, err error) {
	cert, err := regular.Read(f.Cert, maxPEM)
	if err != nil {
		return pair, err
	}
	key, err := regular.Read(f.Key, maxPEM)
	if err != nil {
		return pair, err
	}
	return tls.X509KeyPair(cert, key)
}

// certificates are those of a server, as they are now.
type certificates struct {
	files  TLSFiles
	failed func(error)

	mu     sync.Mutex
	seen   []fs.FileInfo
	config *tls.Config
}

// current looks whether the files have changed: a look costs some microseconds, a handshake hundreds.
func (c *certificates) current() *tls.Config {
	c.mu.Lock()
	defer c.mu.Unlock()
	seen := c.look()
	if slices.EqualFunc(seen, c.seen, sameFile) {
		return c.config
	}
	c.seen = seen
	config, err := c.files.read()
	if err != nil {
		c.failed(fmt.Errorf("TLS: %w; what was there before stays in force", err))
		return c.config
	}
	c.config = config
	return config
}

// look is how the files are now; nil in place of one that can't be seen.
func (c *certificates) look() []fs.FileInfo {
	infos := make([]fs.FileInfo, 0, 3)
	for _, file := range []string{c.files.Cert, c.files.Key, c.files.ClientCA} {
		info, _ := os.Stat(file)
		infos = append(infos, info)
	}
	return infos
}

func sameFile(a, b fs.FileInfo) bool {
	if a == nil || b == nil {
		return a == b
	}
	return os.SameFile(a, b) && a.Size() == b.Size() && a.ModTime().Equal(b.ModTime())
}

// strictest is config with nothing older than TLS 1.3.
func strictest(config *tls.Config) *tls.Config {
	config = config.Clone()
	config.MinVersion = tls.VersionTLS13
	return config
}
