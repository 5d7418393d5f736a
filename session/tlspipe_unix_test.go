//go:build unix

package session

import (
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"goapptrace/internal/testcert"
)

// A pipe in place of a file is a mistake to tell, at the start as later, and nothing to wait at.
func TestTLSFilesThatArePipes(t *testing.T) {
	authority := testcert.New(t)
	var good TLSFiles
	good.Cert, good.Key = authority.Issue("127.0.0.1")
	good.ClientCA = authority.File
	pipe := filepath.Join(t.TempDir(), "pipe")
	if err := syscall.Mkfifo(pipe, 0o600); err != nil {
		t.Fatal(err)
	}
	for _, change := range []func(*TLSFiles){
		func(f *TLSFiles) { f.Cert = pipe }, func(f *TLSFiles) { f.Key = pipe }, func(f *TLSFiles) { f.ClientCA = pipe },
	} {
		files := good
		change(&files)
		if _, err := files.Config(nil); err == nil || !strings.Contains(err.Error(), "not a regular file") {
			t.Errorf("%+v: %v", files, err)
		}
	}
	var told []error
	config, err := good.Config(func(err error) { told = append(told, err) })
	if err != nil {
		t.Fatal(err)
	}
	if err := os.Rename(pipe, good.Key); err != nil {
		t.Fatal(err)
	}
	for range 2 {
		if now, err := config.GetConfigForClient(nil); err != nil || len(now.Certificates) != 1 {
			t.Errorf("what was there before isn't in force: %v", err)
		}
	}
	if len(told) != 1 || !strings.Contains(told[0].Error(), "not a regular file") {
		t.Errorf("told %v", told)
	}
}
