package cli

import (
	"os/exec"
	"testing"
)

func TestOffer(t *testing.T) {
	t.Setenv("XDG_RUNTIME_DIR", "/run/user/7")
	tests := []struct {
		name   string
		addrs  []string
		secret string
		want   offer
	}{
		{"nowhere", nil, "", offer{}},
		{
			"default addresses",
			[]string{"unix:///run/user/7/goapptrace.sock", "tcp://127.0.0.1:8600"},
			"",
			offer{"goapptrace run --no-ui ./cmd/app", "GOAPPTRACE_SERVER=unix:///run/user/7/goapptrace.sock ./app"},
		},
		{
			"the default is another's",
			[]string{"unix:///run/user/7/goapptrace-1.sock"},
			"",
			offer{
				"GOAPPTRACE_SERVER=unix:///run/user/7/goapptrace-1.sock goapptrace run --no-ui ./cmd/app",
				"GOAPPTRACE_SERVER=unix:///run/user/7/goapptrace-1.sock ./app",
			},
		},
		{
			"with a secret",
			[]string{"tcp://[::1]:8600"},
			"my secret.txt",
			offer{
				"GOAPPTRACE_SERVER='tcp://[::1]:8600' goapptrace run --no-ui --secret-file 'my secret.txt' ./cmd/app",
				`GOAPPTRACE_SERVER='tcp://[::1]:8600' GOAPPTRACE_SECRET="$(cat 'my secret.txt')" ./app`,
			},
		},
		{
			"with a secret in clear",
			[]string{"tcp://192.0.2.1:8600"},
			"secret",
			offer{
				`GOAPPTRACE_INSECURE=1 GOAPPTRACE_SERVER=tcp://192.0.2.1:8600 goapptrace run --no-ui --secret-file secret ./cmd/app`,
				`GOAPPTRACE_INSECURE=1 GOAPPTRACE_SERVER=tcp://192.0.2.1:8600 GOAPPTRACE_SECRET="$(cat secret)" ./app`,
			},
		},
		{
			"in clear, from here",
			[]string{"tcp://0.0.0.0:8600"},
			"secret",
			offer{
				`GOAPPTRACE_SERVER=tcp://0.0.0.0:8600 goapptrace run --no-ui --secret-file secret ./cmd/app`,
				`GOAPPTRACE_SERVER=tcp://0.0.0.0:8600 GOAPPTRACE_SECRET="$(cat secret)" ./app`,
			},
		},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if got := newOffer(tt.addrs, tt.secret); got != tt.want {
				t.Errorf("offers %+v,\nwant %+v", got, tt.want)
			}
		})
	}
}

func TestQuoteIsForShells(t *testing.T) {
	for _, s := range []string{"", "plain/path.txt", "a b", "it's", `"$(rm)" \`, "*?", "né"} {
		got, err := exec.Command("sh", "-c", "printf %s "+quote(s)).Output()
		if err != nil || string(got) != s {
			t.Errorf("a shell takes %s as %q (%v), want %q", quote(s), got, err, s)
		}
	}
}
