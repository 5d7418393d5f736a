package remote

import (
	"crypto/rand"
	"io"
	"strings"
	"testing"
	"time"

	gossh "golang.org/x/crypto/ssh"
)

// shifty is a key that is another one each time it is asked for. A client asks for it when it offers the key, when the server has
// answered, and when it proves to have it, with the signature of a key of its own.
type shifty struct {
	gossh.PublicKey
	said *[]gossh.PublicKey
	own  gossh.Signer
}

// offerOnly offers a key, and leaves it at that whatever the server says.
func offerOnly(key gossh.Signer) gossh.Signer {
	return shift(key, key, newOtherKey(key))
}

// newOtherKey is a public key that isn't the signer's.
func newOtherKey(key gossh.Signer) gossh.Signer { return otherKey{key} }

type otherKey struct{ gossh.Signer }

func (k otherKey) PublicKey() gossh.PublicKey { return garbled{k.Signer.PublicKey()} }

type garbled struct{ gossh.PublicKey }

func (garbled) Marshal() []byte { return []byte("garbled") }

// offerThenProve offers one key and proves another, with the signature of a third.
func offerThenProve(offered, proved, signs gossh.Signer) gossh.Signer {
	return shift(signs, offered, offered, proved)
}

func shift(own gossh.Signer, said ...gossh.Signer) gossh.Signer {
	keys := make([]gossh.PublicKey, len(said))
	for i, k := range said {
		keys[i] = k.PublicKey()
	}
	return shiftySigner{shifty{own.PublicKey(), &keys, own}}
}

// Marshal implements [gossh.PublicKey].
func (k shifty) Marshal() []byte {
	keys := *k.said
	if len(keys) > 1 {
		*k.said = keys[1:]
	}
	return keys[0].Marshal()
}

type shiftySigner struct{ key shifty }

func (s shiftySigner) PublicKey() gossh.PublicKey { return s.key }

func (s shiftySigner) Sign(rand io.Reader, data []byte) (*gossh.Signature, error) {
	return s.key.own.Sign(rand, data)
}

// roleOf is what the server takes a client for: it opens a screen, and asks the room.
func (h *house) roleOf(client *gossh.Client) Role {
	h.t.Helper()
	w := h.watch(client, 80, 24)
	w.waitFor("waiting")
	viewers := h.server.Viewers()
	if len(viewers) != 1 {
		h.t.Fatalf("the viewers are %+v", viewers)
	}
	w.typeIn("q")
	_ = w.ends()
	eventually(h.t, "the viewer has left", func() bool { return len(h.server.Viewers()) == 0 })
	return viewers[0].Role
}

func TestRolesComeFromKeys(t *testing.T) {
	h := open(t, nil)
	if role := h.roleOf(h.must(h.watcher)); role != RoleWatch {
		t.Errorf("the watcher may %v", role)
	}
	if role := h.roleOf(h.must(h.operator)); role != RoleOperate {
		t.Errorf("the operator may %v", role)
	}
}

func TestAKeyThatIsOnlyOfferedDecidesNothing(t *testing.T) {
	h := open(t, func(_ *house, c *Config) { c.Limits.Penalty = -1 })
	stranger, watcher, operator := newKey(t), h.watcher, h.operator
	for _, tt := range []struct {
		name string
		keys []gossh.Signer
		in   bool
		role Role
	}{
		{"the operator's is offered before", []gossh.Signer{offerOnly(operator), watcher}, true, RoleWatch},
		{"and once more", []gossh.Signer{offerOnly(operator), offerOnly(watcher), offerOnly(operator), watcher}, true, RoleWatch},
		{"the watcher's is proved where the operator's was offered", []gossh.Signer{offerThenProve(operator, watcher, watcher)}, true, RoleWatch},
		{"the operator's is proved where the watcher's was offered", []gossh.Signer{offerThenProve(watcher, operator, operator)}, true, RoleOperate},
		{"the watcher's is offered before", []gossh.Signer{offerOnly(watcher), operator}, true, RoleOperate},
		{"the operator's with the watcher's signature", []gossh.Signer{offerThenProve(operator, operator, watcher)}, false, 0},
		{"the operator's with a stranger's signature", []gossh.Signer{offerThenProve(operator, operator, stranger)}, false, 0},
		{"a stranger's where the operator's was offered", []gossh.Signer{offerThenProve(operator, stranger, stranger)}, false, 0},
		{"the operator's alone", []gossh.Signer{offerOnly(operator)}, false, 0},
		{"the operator's, then a stranger's", []gossh.Signer{offerOnly(operator), stranger}, false, 0},
	} {
		t.Run(tt.name, func(t *testing.T) {
			client, err := h.dial(tt.keys...)
			if (err == nil) != tt.in {
				t.Fatalf("it comes to %v", err)
			}
			if err != nil {
				return
			}
			defer func() { _ = client.Close() }()
			if role := h.roleOf(client); role != tt.role {
				t.Errorf("who is let in may %v, not %v", role, tt.role)
			}
		})
	}
}

func TestTheFileDecidesAtTheProof(t *testing.T) {
	h := open(t, nil)
	demoted := false
	late := shiftySigner{shifty{h.operator.PublicKey(), &[]gossh.PublicKey{h.operator.PublicKey()}, signs{h.operator, func() {
		demoted = true
		h.authorize(line(h.operator, "", "alice, who doesn't operate any more"))
	}}}}
	if role := h.roleOf(h.must(late)); role != RoleWatch || !demoted {
		t.Errorf("who was an operator when the key was offered may %v", role)
	}
}

// signs does something before it signs.
type signs struct {
	gossh.Signer
	first func()
}

// Sign implements [gossh.Signer].
func (s signs) Sign(rand io.Reader, data []byte) (*gossh.Signature, error) {
	s.first()
	return s.Signer.Sign(rand, data)
}

func TestAUsersNameSaysNothing(t *testing.T) {
	h := open(t, nil)
	config := clientConfig(h.watcher)
	config.User = "alice\x1b[2J"
	client, err := gossh.Dial("tcp", h.server.Addr(), config)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = client.Close() }()
	if role := h.roleOf(client); role != RoleWatch {
		t.Errorf("the watcher may %v", role)
	}
	if log := h.log.String(); strings.Contains(log, "\x1b[2J") || !strings.Contains(log, "alice") {
		t.Errorf("the log has the name as %q", log)
	}
}

func TestTheLogHasTheBeginningOfLongNames(t *testing.T) {
	h := open(t, nil)
	config := clientConfig(newKey(t))
	config.User = strings.Repeat("mallory", 10_000)
	if _, err := gossh.Dial("tcp", h.server.Addr(), config); err == nil {
		t.Fatal("a stranger is let in")
	}
	eventually(t, "the log has the attempt", func() bool { return strings.Contains(h.log.String(), "mallory") })
	if n := len(h.log.String()); n > 5000 {
		t.Errorf("the log has %d bytes", n)
	}
}

func TestWhoIsntLetIn(t *testing.T) {
	h := open(t, func(h *house, c *Config) {
		c.Limits.Penalty = -1
		h.authorize(
			line(h.watcher, "", "wanda"), line(h.operator, `expiry-time="20200101"`, "alice"),
		)
	})
	stranger := newKey(t)
	password := gossh.Password("secret")
	asked := gossh.KeyboardInteractive(func(_, _ string, questions []string, _ []bool) ([]string, error) {
		return make([]string, len(questions)), nil
	})
	for name, methods := range map[string][]gossh.AuthMethod{
		"none":                 nil,
		"password":             {password},
		"keyboard-interactive": {asked},
		"another key":          {gossh.PublicKeys(stranger)},
		"an expired key":       {gossh.PublicKeys(h.operator)},
		"all of them":          {password, asked, gossh.PublicKeys(stranger, h.operator)},
	} {
		t.Run(name, func(t *testing.T) {
			config := clientConfig()
			config.Auth = methods
			if client, err := gossh.Dial("tcp", h.server.Addr(), config); err == nil {
				_ = client.Close()
				t.Error("somebody is let in")
			} else if strings.Contains(err.Error(), "password") && name == "none" {
				t.Errorf("the server offers passwords: %v", err)
			}
		})
	}
}

func TestAConnectionMayTryAFewKeys(t *testing.T) {
	h := open(t, func(_ *house, c *Config) { c.Limits.AuthTries = 3 })
	keys := []gossh.Signer{newKey(t), newKey(t), h.watcher}
	if _, err := h.dial(keys...); err != nil {
		t.Errorf("the third key isn't tried: %v", err)
	}
	if _, err := h.dial(append([]gossh.Signer{newKey(t)}, keys...)...); err == nil {
		t.Error("the fourth key is tried")
	}
}

func TestCertificatesArentKeys(t *testing.T) {
	h := open(t, nil)
	certificate := &gossh.Certificate{
		Key: h.watcher.PublicKey(), CertType: gossh.UserCert, KeyId: "wanda", ValidPrincipals: []string{"somebody"},
		ValidBefore: gossh.CertTimeInfinity,
	}
	if err := certificate.SignCert(rand.Reader, h.operator); err != nil {
		t.Fatal(err)
	}
	signer, err := gossh.NewCertSigner(certificate, h.watcher)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := h.dial(signer); err == nil {
		t.Error("a certificate that an operator has signed lets in")
	}
}

func TestKeysThatAreTakenOutLoseTheirScreens(t *testing.T) {
	h := open(t, nil)
	w := h.watch(h.must(h.operator), 80, 24)
	stays := h.watch(h.must(h.watcher), 80, 24)
	w.waitFor("waiting")
	stays.waitFor("waiting")
	h.authorize(line(h.watcher, "", "wanda"), line(h.operator, "", "alice"))
	_ = w.ends()
	if !w.has(altScreenOff) || !w.has(errRevoked.Error()) {
		t.Errorf("the screen ends with %q", w.output)
	}
	stays.typeIn("q")
	if err := stays.ends(); err != nil {
		t.Errorf("the other one ends with %v", err)
	}
}

func TestAddressesThatFailAgainAndAgainStayOut(t *testing.T) {
	h := open(t, func(_ *house, c *Config) {
		c.Limits.Penalty, c.Limits.PenaltyStart, c.Limits.PenaltyMax = time.Minute, 3*time.Minute, time.Hour
	})
	stranger := newKey(t)
	for range 4 {
		if _, err := h.dial(stranger); err == nil {
			t.Fatal("a stranger is let in")
		}
	}
	eventually(t, "the address stays out", func() bool {
		client, err := h.dial(h.watcher)
		if err == nil {
			_ = client.Close()
		}
		return err != nil
	})
	config := clientConfig(h.watcher)
	if _, _, _, err := gossh.NewClientConn(h.raw("127.0.0.2"), "", config); err != nil {
		t.Errorf("another address stays out, too: %v", err)
	}
	if !strings.Contains(h.log.String(), "an address failed too often") {
		t.Errorf("the log says nothing of it:\n%s", h.log)
	}
}

func TestAPassphraseTakesItsTime(t *testing.T) {
	h := open(t, func(_ *house, c *Config) { c.Limits.Handshake, c.Limits.Proof = 500*time.Millisecond, patience })
	slow := func(key gossh.Signer) gossh.Signer { return signs{key, func() { time.Sleep(time.Second) }} }
	if client, err := h.dial(slow(h.watcher)); err != nil {
		t.Error(err)
	} else {
		_ = client.Close()
	}
	h = open(t, func(_ *house, c *Config) { c.Limits.Proof = 500 * time.Millisecond })
	if client, err := h.dial(offerOnly(h.watcher), slow(h.watcher)); err == nil {
		_ = client.Close()
		t.Error("there is time without end")
	}
}
