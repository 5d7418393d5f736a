// Package testcert makes certificates for tests: an [Authority], and what it vouches for.
package testcert

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"math/big"
	"net"
	"os"
	"path/filepath"
	"testing"
	"time"
)

// Authority is a certificate authority of one test's.
type Authority struct {
	tb   testing.TB
	dir  string
	cert *x509.Certificate
	key  *ecdsa.PrivateKey
	last int64 // serial number

	File string // its certificate, in PEM form
}

// New makes an authority whose files go with the test.
func New(tb testing.TB) *Authority {
	tb.Helper()
	a := &Authority{tb: tb, dir: tb.TempDir()}
	a.cert = a.template("authority")
	a.cert.IsCA, a.cert.BasicConstraintsValid = true, true
	a.cert.KeyUsage = x509.KeyUsageCertSign
	a.cert, a.key = a.sign(a.cert)
	a.File = a.write("ca.pem", "CERTIFICATE", a.cert.Raw)
	return a
}

// Pool trusts the authority.
func (a *Authority) Pool() *x509.CertPool {
	pool := x509.NewCertPool()
	pool.AddCert(a.cert)
	return pool
}

// Issue makes a certificate for both ends of a connection. Names are host names and addresses. The files hold it and its key.
func (a *Authority) Issue(names ...string) (certFile, keyFile string) {
	a.tb.Helper()
	return a.issue(a.template(names[0]), names)
}

// Expired is Issue for a certificate whose time is over.
func (a *Authority) Expired(names ...string) (certFile, keyFile string) {
	a.tb.Helper()
	template := a.template(names[0])
	template.NotAfter = time.Now().Add(-time.Minute)
	return a.issue(template, names)
}

func (a *Authority) issue(template *x509.Certificate, names []string) (certFile, keyFile string) {
	a.tb.Helper()
	template.ExtKeyUsage = []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth, x509.ExtKeyUsageClientAuth}
	for _, name := range names {
		if ip := net.ParseIP(name); ip != nil {
			template.IPAddresses = append(template.IPAddresses, ip)
		} else {
			template.DNSNames = append(template.DNSNames, name)
		}
	}
	cert, key := a.sign(template)
	der, err := x509.MarshalPKCS8PrivateKey(key)
	if err != nil {
		a.tb.Fatal(err)
	}
	serial := cert.SerialNumber.String()
	return a.write(serial+".pem", "CERTIFICATE", cert.Raw), a.write(serial+".key", "PRIVATE KEY", der)
}

// Server is the configuration of a server that has a certificate for names.
func (a *Authority) Server(names ...string) *tls.Config {
	a.tb.Helper()
	return a.Load(a.Issue(names...))
}

// Load is the configuration of a server that has the certificate in these files.
func (a *Authority) Load(certFile, keyFile string) *tls.Config {
	a.tb.Helper()
	cert, err := tls.LoadX509KeyPair(certFile, keyFile)
	if err != nil {
		a.tb.Fatal(err)
	}
	return &tls.Config{MinVersion: tls.VersionTLS13, Certificates: []tls.Certificate{cert}}
}

func (a *Authority) template(name string) *x509.Certificate {
	a.last++
	return &x509.Certificate{
		SerialNumber: big.NewInt(a.last), Subject: pkix.Name{CommonName: name},
		NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(time.Hour),
	}
}

// sign vouches for a new key; the first one is the authority's own.
func (a *Authority) sign(template *x509.Certificate) (*x509.Certificate, *ecdsa.PrivateKey) {
	a.tb.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		a.tb.Fatal(err)
	}
	parent, by := a.cert, a.key
	if by == nil {
		by = key
	}
	der, err := x509.CreateCertificate(rand.Reader, template, parent, &key.PublicKey, by)
	if err != nil {
		a.tb.Fatal(err)
	}
	cert, err := x509.ParseCertificate(der)
	if err != nil {
		a.tb.Fatal(err)
	}
	return cert, key
}

func (a *Authority) write(name, kind string, der []byte) string {
	a.tb.Helper()
	path := filepath.Join(a.dir, name)
	if err := os.WriteFile(path, pem.EncodeToMemory(&pem.Block{Type: kind, Bytes: der}), 0o600); err != nil {
		a.tb.Fatal(err)
	}
	return path
}
