package remote

import (
	"crypto/rand"
	"crypto/rsa"
	"net/netip"
	"strings"
	"testing"
	"time"

	gossh "golang.org/x/crypto/ssh"
)

func TestLinesOfKeys(t *testing.T) {
	key := newKey(t)
	for _, tt := range []struct {
		options string
		role    Role
		bad     string // what the error says, empty when the line is good
	}{
		{options: "", role: RoleWatch},
		{options: `role="watch"`, role: RoleWatch},
		{options: `role="operate"`, role: RoleOperate},
		{options: `ROLE="operate"`, role: RoleOperate},
		{options: `restrict,role="operate"`, role: RoleOperate},
		{options: `no-pty,no-port-forwarding,no-agent-forwarding,no-X11-forwarding,no-user-rc`, role: RoleWatch},
		{options: `permitopen="localhost:80",permitlisten="8080"`, role: RoleWatch},
		{options: `from="127.0.0.0/8",role="operate",expiry-time="20301231Z"`, role: RoleOperate},
		{options: `role="Operate"`, bad: "is none"},
		{options: `role="root"`, bad: "is none"},
		{options: `role=operate`, bad: "quotes"},
		{options: `role`, bad: "is none"},
		{options: `role=""`, bad: "is none"},
		{options: `role="operate",role="watch"`, bad: "twice"},
		{options: `role="watch",role="operate"`, bad: "twice"},
		{options: `command="true"`, bad: "isn't known"},
		{options: `environment="ROLE=operate"`, bad: "isn't known"},
		{options: `cert-authority,role="operate"`, bad: "isn't known"},
		{options: `verify-required`, bad: "isn't known"},
		{options: `restrict="yes"`, bad: "isn't known"},
		{options: `role="operate" role="watch"`, bad: "no public key"},
		{options: `from="example.com"`, bad: "aren't looked up"},
		{options: `from="!bad.example.com,*"`, bad: "aren't looked up"},
		{options: `from=""`, bad: "no address"},
		{options: `from="10.0.0.1/8"`, bad: "bits behind"},
		{options: `expiry-time="soon"`, bad: "no time"},
		{options: `expiry-time="20301331"`, bad: "no time"},
		{options: `expiry-time="20301231","`, bad: "no public key"},
	} {
		t.Run(tt.options, func(t *testing.T) {
			grants, bad := parseKeys([]byte(line(key, tt.options, "alice at home")))
			switch {
			case tt.bad == "" && len(bad) == 0 && len(grants) == 1:
				if g := grants[0]; g.role != tt.role || g.name != "alice at home" || g.fingerprint != gossh.FingerprintSHA256(key.PublicKey()) {
					t.Errorf("the grant is %+v", g)
				}
			case tt.bad != "" && len(bad) == 1 && len(grants) == 0:
				if !strings.Contains(bad[0].Error(), tt.bad) || !strings.HasPrefix(bad[0].Error(), "line 1: ") {
					t.Errorf("the error is %v", bad[0])
				}
			default:
				t.Errorf("it is understood as %+v, %v", grants, bad)
			}
		})
	}
}

func TestFilesOfKeys(t *testing.T) {
	alice, bob := newKey(t), newKey(t)
	text := strings.Join([]string{
		"# who may look", "", line(alice, "", "alice"), "\t", "not a key", line(bob, `role="operate"`, "bob") + "\r",
	}, "\n")
	grants, bad := parseKeys([]byte(text))
	if len(grants) != 2 || grants[0].name != "alice" || grants[1].role != RoleOperate || grants[1].name != "bob" {
		t.Errorf("the grants are %+v", grants)
	}
	if len(bad) != 1 || bad[0].line != 5 {
		t.Errorf("the bad lines are %v", bad)
	}
}

func TestShortRSAKeysArentLetIn(t *testing.T) {
	for bits, ok := range map[int]bool{1024: false, 2048: true} {
		t.Setenv("GODEBUG", "rsa1024min=0")
		key, err := rsa.GenerateKey(rand.Reader, bits)
		if err != nil {
			t.Fatal(err)
		}
		signer, err := gossh.NewSignerFromKey(key)
		if err != nil {
			t.Fatal(err)
		}
		if grants, bad := parseKeys([]byte(line(signer, "", "rsa"))); (len(grants) == 1) != ok {
			t.Errorf("%d bits: %v", bits, bad)
		}
	}
}

func TestWhereKeysMayComeFrom(t *testing.T) {
	for _, tt := range []struct {
		from, addr string
		ok         bool
	}{
		{"127.0.0.1", "127.0.0.1", true},
		{"127.0.0.1", "127.0.0.2", false},
		{"::ffff:127.0.0.1", "127.0.0.1", true},
		{"127.0.0.1", "::ffff:127.0.0.1", true},
		{"127.0.0.0/8", "127.9.9.9", true},
		{"127.0.0.0/8", "128.0.0.1", false},
		{"::1", "::1", true},
		{"2001:db8::/32", "2001:db8:1::1", true},
		{"2001:DB8::*", "2001:db8::7", true},
		{"127.0.*", "127.0.3.4", true},
		{"127.0.0.?", "127.0.0.12", false},
		{"127.0.0.0/8,!127.0.0.9", "127.0.0.9", false},
		{"127.0.0.0/8, !127.0.0.9", "127.0.0.8", true},
		{"!127.0.0.9,127.0.0.0/8", "127.0.0.9", false},
		{"!127.0.0.9", "127.0.0.8", false}, // as with OpenSSH: something has to match
		{"*", "127.0.0.1", true},
		{"*", "", true},
		{"127.0.0.1", "", false},
	} {
		g := grant{}
		if err := g.setOption("from", tt.from, true); err != nil {
			t.Errorf("from=%q: %v", tt.from, err)
			continue
		}
		addr, _ := netip.ParseAddr(tt.addr)
		if err := g.allows(addr, time.Now()); (err == nil) != tt.ok {
			t.Errorf("from=%q and %q: %v", tt.from, tt.addr, err)
		}
	}
}

func TestKeysExpire(t *testing.T) {
	for value, want := range map[string]time.Time{
		"20300102":        time.Date(2030, 1, 2, 0, 0, 0, 0, time.Local),
		"20300102Z":       time.Date(2030, 1, 2, 0, 0, 0, 0, time.UTC),
		"203001021530Z":   time.Date(2030, 1, 2, 15, 30, 0, 0, time.UTC),
		"20300102153007Z": time.Date(2030, 1, 2, 15, 30, 7, 0, time.UTC),
	} {
		g := grant{}
		if err := g.setOption("expiry-time", value, true); err != nil || !g.expires.Equal(want) {
			t.Errorf("%q is %v, %v", value, g.expires, err)
		}
		if g.allows(netip.Addr{}, want.Add(-time.Second)) != nil || g.allows(netip.Addr{}, want) == nil {
			t.Errorf("%q doesn't end at %v", value, want)
		}
	}
}

// FuzzLinesOfKeys looks for lines that give more than is written in them: whoever operates has an option that says so.
func FuzzLinesOfKeys(f *testing.F) {
	key := newKey(f)
	for _, options := range []string{
		"", `role="operate"`, `from="127.0.0.1,!::1"`, `expiry-time="20300101Z",restrict`, `a="\"role=\"operate"`, `command="a,role=\"operate\""`,
	} {
		f.Add([]byte(line(key, options, "x")))
	}
	f.Fuzz(func(t *testing.T, text []byte) {
		grants, bad := parseKeys(text)
		lines := 0
		for range strings.Lines(string(text)) {
			lines++
		}
		if len(grants)+len(bad) > lines {
			t.Errorf("%d lines have %d grants and %d errors", lines, len(grants), len(bad))
		}
		for _, g := range grants {
			if g.key == nil || g.fingerprint == "" {
				t.Errorf("a grant has no key: %+v", g)
			}
			if g.role == RoleOperate && !strings.Contains(strings.ToLower(string(text)), `role="operate"`) {
				t.Errorf("somebody operates by %q", text)
			}
			_ = g.allows(netip.IPv6Loopback(), time.Now())
		}
	})
}

func TestWords(t *testing.T) {
	for text, want := range map[string]string{
		``:                                   ``,
		`  calls   --json `:                  `calls|--json`,
		`calls --filter 'dur > 1ms'`:         `calls|--filter|dur > 1ms`,
		`calls --filter "func ~ \"^a\\.b\""`: `calls|--filter|func ~ "^a\.b"`,
		`calls --filter dur\ \>\ 1ms`:        `calls|--filter|dur > 1ms`,
		`a''b "" '$HOME' $(id) ; rm`:         `ab||$HOME|$(id)|;|rm`,
		"a\tb\nc":                            `a|b|c`,
		`"\x"`:                               `\x`,
	} {
		words, err := splitWords(text)
		if got := strings.Join(words, "|"); err != nil || got != want {
			t.Errorf("%q is %q, %v; want %q", text, got, err, want)
		}
	}
	for _, text := range []string{`'`, `"a`, `a\`, `"a\"`} {
		if words, err := splitWords(text); err == nil {
			t.Errorf("%q is %q", text, words)
		}
	}
}
