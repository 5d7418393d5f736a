package e2e

import (
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"goapptrace/internal/testcert"
)

// TestProgramOverTLS has a program send its trace over TLS, with certificates on both sides and a secret from a file.
func TestProgramOverTLS(t *testing.T) {
	bin, dir := build(t), t.TempDir()
	goapptrace, hello, secret := filepath.Join(bin, "goapptrace"), filepath.Join(dir, "hello"), filepath.Join(dir, "secret")
	if err := os.WriteFile(secret, []byte("open sesame\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	buildHello := exec.Command(goapptrace, "build", "--tls", "-o", hello, "./examples/hello")
	buildHello.Dir = ".."
	if out, err := buildHello.CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	authority := testcert.New(t)
	cert, key := authority.Issue("127.0.0.1")
	serve := exec.Command(goapptrace, "serve", "--json", "--listen", "tls://127.0.0.1:0", "--secret-file", secret,
		"--tls-cert", cert, "--tls-key", key, "--tls-client-ca", authority.File)
	stdout, err := serve.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	var log lockedBuffer
	serve.Stderr = &log
	if err := serve.Start(); err != nil {
		t.Fatal(err)
	}
	defer func() {
		_ = serve.Process.Signal(syscall.SIGTERM)
		if err := serve.Wait(); err != nil || strings.Contains(log.String(), "sesame") {
			t.Errorf("the server ends with %v and says\n%s", err, log.String())
		}
	}()

	objects := json.NewDecoder(stdout)
	var listening struct{ Addresses []string }
	if err := objects.Decode(&listening); err != nil || len(listening.Addresses) != 1 {
		t.Fatalf("the server listens on %q: %v\n%s", listening.Addresses, err, log.String())
	}
	cert, key = authority.Issue("hello")
	program := exec.Command(hello, "Ada")
	program.Env = append(os.Environ(), "GOAPPTRACE_SERVER="+listening.Addresses[0], "GOAPPTRACE_CA="+authority.File,
		"GOAPPTRACE_CERT="+cert, "GOAPPTRACE_KEY="+key, "GOAPPTRACE_SECRET_FILE="+secret, "GOAPPTRACE_FLUSH="+patience.String())
	if out, err := program.CombinedOutput(); err != nil || string(out) != "Hello, Ada!\n" {
		t.Errorf("the program says %q: %v", out, err)
	}
	calls := map[string]int{}
	for {
		var object struct {
			Kind, Function string
			Final          bool
			Lost           int
		}
		if err := objects.Decode(&object); err != nil {
			t.Fatal(err)
		}
		if object.Kind == "call" {
			calls[object.Function]++
		}
		if object.Kind == "stats" && object.Final {
			if calls["main.main"] != 1 || calls["main.greeting"] != 1 || object.Lost != 0 {
				t.Errorf("the calls are %v, %d are lost", calls, object.Lost)
			}
			return
		}
	}
}
