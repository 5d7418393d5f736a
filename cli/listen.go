package cli

import (
	"crypto/tls"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"runtime"
	"slices"
	"strings"

	"github.com/spf13/pflag"

	"goapptrace/config"
	"goapptrace/session"
)

// secretEnv is where the secret is looked for when no file has it.
const secretEnv = "GOAPPTRACE_SECRET"

// listenOptions say where to listen and whom to let in.
type listenOptions struct {
	addrs      []string
	secretFile string
	insecure   bool
	tls        session.TLSFiles
	limits     limitsFlag
}

func (o *listenOptions) register(flags *pflag.FlagSet) {
	flags.StringArrayVar(&o.addrs, "listen", nil,
		"listen on unix:///path, tcp://host:port or tls://host:port instead of the default addresses; may be given again")
	flags.StringVar(&o.secretFile, "secret-file", "", "let only programs in that know the secret in this file (default what $GOAPPTRACE_SECRET holds)")
	flags.StringVar(&o.tls.Cert, "tls-cert", "", "certificate of tls:// addresses, in PEM form; read again when it changes")
	flags.StringVar(&o.tls.Key, "tls-key", "", "its key")
	flags.StringVar(&o.tls.ClientCA, "tls-client-ca", "", "at tls:// addresses, let only programs in with a certificate of an authority in this file")
	flags.BoolVar(&o.insecure, "insecure", false, "let other machines reach tcp:// addresses, where secret and traces cross the network in clear")
	o.limits.register(flags)
}

// config is what to listen with: --listen is among the settings. The log may be nil.
func (o *listenOptions) config(settings *config.Config, log *slog.Logger) (session.Config, error) {
	c := session.Config{Listen: settings.List("listen"), Insecure: o.insecure, Limits: o.limits.programs, Log: log}
	var err error
	if c.Secret, err = o.secret(); err != nil {
		return c, err
	}
	c.TLS, err = o.tlsFor(c.Listen, log)
	return c, err
}

// warn tells of files that all users of this machine can read, though they hold secrets. They are no mistake where nobody else is, as
// in a container.
func (o *listenOptions) warn(log *slog.Logger) {
	if runtime.GOOS == "windows" { // modes say nothing there
		return
	}
	for _, f := range []struct{ flag, path string }{{"secret-file", o.secretFile}, {"tls-key", o.tls.Key}} {
		info, err := os.Stat(f.path)
		if err == nil && info.Mode().Perm()&0o004 != 0 {
			log.Warn("others on this machine can read a secret", "setting", f.flag, "file", f.path, "mode", info.Mode().Perm().String(), "remedy", "chmod o-r "+f.path)
		}
	}
}

// secret is what programs have to know.
func (o *listenOptions) secret() (string, error) {
	if o.secretFile != "" {
		return readSecret(o.secretFile)
	}
	secret := os.Getenv(secretEnv)
	if len(secret) > maxSecret {
		return "", fmt.Errorf("$%s has %d bytes; a secret has 1 to %d", secretEnv, len(secret), maxSecret)
	}
	return secret, nil
}

// tlsFor is the configuration for TLS if one of addrs wants it. Files that change later and make no sense are told to the log.
func (o *listenOptions) tlsFor(addrs []string, log *slog.Logger) (*tls.Config, error) {
	wanted := slices.ContainsFunc(addrs, func(addr string) bool { return strings.HasPrefix(addr, "tls://") })
	switch given := o.tls != (session.TLSFiles{}); {
	case wanted:
		return o.tls.Config(func(err error) {
			if log != nil {
				log.Warn(err.Error())
			}
		})
	case given:
		return nil, errors.New("--tls-cert, --tls-key and --tls-client-ca are for tls:// addresses: use --listen tls://host:port")
	}
	return nil, nil
}
