package remote

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestCheckAddress(t *testing.T) {
	for _, good := range []string{"0.0.0.0:2222", ":0", "[::1]:22", "host:65535"} {
		if err := CheckAddress(good); err != nil {
			t.Errorf("%s: %v", good, err)
		}
	}
	for _, bad := range []string{"", "22x", "2222", ":99999", ":-1", ":22x", "::1:22"} {
		if err := CheckAddress(bad); err == nil || !strings.Contains(err.Error(), "0.0.0.0:2222") {
			t.Errorf("%q: %v", bad, err)
		}
	}
}

// What is wrong with files is known before anybody listens.
func TestConfigsAreChecked(t *testing.T) {
	dir := t.TempDir()
	c := Config{AuthorizedKeys: filepath.Join(dir, "keys"), HostKey: filepath.Join(dir, "host")}
	if err := c.Check(); err == nil || !strings.Contains(err.Error(), "authorized keys") {
		t.Errorf("without a file of keys: %v", err)
	}
	if err := os.WriteFile(c.AuthorizedKeys, []byte(line(newKey(t), "", "x")), 0o600); err != nil {
		t.Fatal(err)
	}
	for range 2 { // the first makes the key
		if err := c.Check(); err != nil {
			t.Error(err)
		}
	}
	if err := os.WriteFile(c.HostKey, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	if err := c.Check(); err == nil || !strings.Contains(err.Error(), "host key") {
		t.Errorf("with an empty host key: %v", err)
	}
}
