package agent

import (
	"reflect"
	"strings"
	"testing"
	"time"
)

func TestSetServer(t *testing.T) {
	for server, want := range map[string]config{
		"unix:///run/x.sock":    {network: "unix", address: "/run/x.sock", local: true},
		"tcp://127.0.0.1:8600":  {network: "tcp", address: "127.0.0.1:8600", local: true},
		"tcp://localhost:8600":  {network: "tcp", address: "localhost:8600", local: true},
		"tcp://[::1]:8600":      {network: "tcp", address: "[::1]:8600", local: true},
		"tcp://192.0.2.1:8600":  {network: "tcp", address: "192.0.2.1:8600"},
		"tcp://viewer.lan:8600": {network: "tcp", address: "viewer.lan:8600"},
		"tls://viewer.lan:8600": {network: "tcp", address: "viewer.lan:8600", tls: tlsSettings{serverName: "viewer.lan"}},
		"tls://[::1]:8600":      {network: "tcp", address: "[::1]:8600", local: true, tls: tlsSettings{serverName: "::1"}},
		"tls://viewer.lan":      {},
		"unix://":               {},
		"tcp://host":            {},
		"http://host:80":        {},
		"host:80":               {},
	} {
		var got config
		if err := got.setServer(server); (err != nil) != (want.network == "") {
			t.Errorf("%q: error %v", server, err)
		}
		if secure := strings.HasPrefix(server, "tls://v") && want.network != ""; secure && got.secure == nil {
			t.Errorf("%q has no TLS", server)
		}
		got.secure = nil // can't be compared
		if want.network != "" && !reflect.DeepEqual(got, want) {
			t.Errorf("%q is read as %+v, want %+v", server, got, want)
		}
	}
}

func TestPace(t *testing.T) {
	pace := nextPace(maxPace, manyEvents)
	if pace != minPace {
		t.Errorf("pace is %v with many events", pace)
	}
	for range 10 {
		pace = nextPace(pace, 0)
	}
	if pace != maxPace {
		t.Errorf("pace is %v when idle", pace)
	}
	if pace = nextPace(pace, 1); pace > 10*time.Millisecond {
		t.Errorf("pace is %v with few events", pace)
	}
}

func TestGlob(t *testing.T) {
	for _, test := range []struct {
		pattern, name string
		want          bool
	}{
		{"main.f", "main.f", true},
		{"main.f", "main.ff", false},
		{"*", "", true},
		{"*", "x", true},
		{"main.*", "main.f", true},
		{"main.*", "xmain.f", false},
		{"*.f", "a.b.f", true},
		{"*.f", "a.fx", false},
		{"a*b*c", "a1b2c", true},
		{"a*b*c", "acb", false},
		{"ab*ba", "aba", false},
		{"*a*a*", "a", false},
		{"main.(*T).f", "main.(*T).f", true},
		{"*x*x", "axbx", true},
		{"**", "a", true},
	} {
		if got := glob(test.pattern, test.name); got != test.want {
			t.Errorf("glob(%q, %q) = %v", test.pattern, test.name, got)
		}
	}
}

func TestPackageOf(t *testing.T) {
	for name, want := range map[string]string{
		"main.main":                             "main",
		"example.com/shop/store.(*DB).Load":     "example.com/shop/store",
		"example.com/shop.f.func1":              "example.com/shop",
		"gopkg.in/yaml%2ev3.Marshal":            "gopkg.in/yaml.v3",
		"example.com/shop.Map[...]":             "example.com/shop",
		"example.com/shop.Map[example.com/x.T]": "example.com/shop",
	} {
		if got := packageOf(name); got != want {
			t.Errorf("%q is of package %q, want %q", name, got, want)
		}
	}
}
