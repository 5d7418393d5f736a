package remote

import (
	"bytes"
	"crypto/rsa"
	"errors"
	"fmt"
	"net/netip"
	"strings"
	"time"

	gossh "golang.org/x/crypto/ssh"
)

// minRSA is how long an RSA key has to be, in bits.
const minRSA = 2048

// grant is what a line of an authorized_keys file gives to the owner of a key.
type grant struct {
	key         gossh.PublicKey
	name        string // the comment, a stranger's text
	role        Role
	from        []pattern // who may come from elsewhere: nobody, if it isn't empty
	expires     time.Time // zero for never
	fingerprint string
}

// lineError says what is wrong with a line, which lets nobody in.
type lineError struct {
	line int
	err  error
}

func (e lineError) Error() string { return fmt.Sprintf("line %d: %v", e.line, e.err) }

// parseKeys reads an authorized_keys file. Lines that aren't understood in full let nobody in.
func parseKeys(text []byte) (grants []grant, bad []lineError) {
	number := 0
	for line := range bytes.Lines(text) {
		number++
		line = bytes.TrimSpace(line)
		if len(line) == 0 || line[0] == '#' {
			continue
		}
		g, err := parseKey(line)
		if err != nil {
			bad = append(bad, lineError{number, err})
			continue
		}
		grants = append(grants, g)
	}
	return grants, bad
}

// parseKey reads a line.
func parseKey(line []byte) (grant, error) {
	key, comment, options, _, err := gossh.ParseAuthorizedKey(line)
	if err != nil {
		return grant{}, errors.New("it is no public key, as ~/.ssh/id_ed25519.pub has one") // the line may be a private one: it isn't told
	}
	if err := checkKey(key); err != nil {
		return grant{}, err
	}
	g := grant{key: key, name: strings.ToValidUTF8(comment, "?"), fingerprint: gossh.FingerprintSHA256(key)}
	return g, g.setOptions(options)
}

// checkKey says what is wrong with a kind of key.
func checkKey(key gossh.PublicKey) error {
	switch key.Type() {
	case gossh.KeyAlgoED25519, gossh.KeyAlgoSKED25519, gossh.KeyAlgoSKECDSA256,
		gossh.KeyAlgoECDSA256, gossh.KeyAlgoECDSA384, gossh.KeyAlgoECDSA521:
		return nil
	case gossh.KeyAlgoRSA:
		crypto, ok := key.(gossh.CryptoPublicKey)
		if !ok {
			break
		}
		if k, ok := crypto.CryptoPublicKey().(*rsa.PublicKey); ok && k.N.BitLen() >= minRSA {
			return nil
		}
		return fmt.Errorf("an RSA key needs %d bits", minRSA)
	}
	return fmt.Errorf("keys of type %q aren't let in", key.Type())
}

// setOptions takes in a line's options. One that isn't understood may be meant to keep somebody out, and is an error.
func (g *grant) setOptions(options []string) error {
	seen := map[string]bool{}
	for _, option := range options {
		name, value, hasValue := strings.Cut(option, "=")
		name = strings.ToLower(name)
		if seen[name] && (name == "role" || name == "from" || name == "expiry-time") {
			return fmt.Errorf("option %s is given twice", name)
		}
		seen[name] = true
		if hasValue {
			var err error
			if value, err = unquote(value); err != nil {
				return fmt.Errorf("option %s: %w", name, err)
			}
		}
		if err := g.setOption(name, value, hasValue); err != nil {
			return err
		}
	}
	return nil
}

func (g *grant) setOption(name, value string, hasValue bool) (err error) {
	switch name {
	case "role":
		return g.setRole(value)
	case "from":
		if g.from, err = parseFrom(value); err != nil {
			return fmt.Errorf("option from: %w", err)
		}
		return nil
	case "expiry-time":
		if g.expires, err = parseExpiry(value); err != nil {
			return fmt.Errorf("option expiry-time: %w", err)
		}
		return nil
	case "permitopen", "permitlisten":
		return nil // narrow what nobody gets
	case "restrict", "no-pty", "no-port-forwarding", "no-agent-forwarding", "no-x11-forwarding", "no-user-rc",
		"pty", "port-forwarding", "agent-forwarding", "x11-forwarding", "user-rc":
		if !hasValue {
			return nil // about what nobody gets; a screen needs no terminal of this machine's
		}
	}
	return fmt.Errorf("option %q isn't known", name)
}

func (g *grant) setRole(value string) error {
	for _, role := range []Role{RoleWatch, RoleOperate} {
		if value == role.String() {
			g.role = role
			return nil
		}
	}
	return fmt.Errorf("option role: %q is none, which are %q and %q", value, RoleWatch, RoleOperate)
}

// unquote takes the quotes off an option's value. Within, only a quote is escaped.
func unquote(value string) (string, error) {
	inner, opened := strings.CutPrefix(value, `"`)
	inner, closed := strings.CutSuffix(inner, `"`)
	if !opened || !closed || strings.Contains(strings.ReplaceAll(inner, `\"`, ""), `"`) {
		return "", errors.New("its value has to stand in quotes")
	}
	return strings.ReplaceAll(inner, `\"`, `"`), nil
}

// parseExpiry reads a date and perhaps a time, in UTC with a Z at the end and else local.
func parseExpiry(value string) (time.Time, error) {
	digits, utc := strings.CutSuffix(value, "Z")
	layouts := map[int]string{8: "20060102", 12: "200601021504", 14: "20060102150405"}
	zone := time.Local
	if utc {
		zone = time.UTC
	}
	layout, ok := layouts[len(digits)]
	t, err := time.ParseInLocation(layout, digits, zone)
	if !ok || err != nil {
		return time.Time{}, fmt.Errorf("%q is no time, as 20301231 or 203012312359Z are", value)
	}
	return t, nil
}

// allows says whether the grant is for who comes from an address at a time. An error tells what is in the way.
func (g *grant) allows(from netip.Addr, now time.Time) error {
	switch {
	case !g.expires.IsZero() && !now.Before(g.expires):
		return errors.New("the key has expired")
	case len(g.from) > 0 && !anyMatches(g.from, from):
		return errors.New("the key isn't for this address")
	}
	return nil
}
