package remote

import (
	"crypto/ed25519"
	"crypto/rand"
	"encoding/pem"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	gossh "golang.org/x/crypto/ssh"
)

// hostKey reads the host's private key, in PEM, and makes one if there is no file: viewers know the host again by it.
func hostKey(path string) (pemKey []byte, fingerprint string, err error) {
	pemKey, err = readHostKey(path)
	if errors.Is(err, fs.ErrNotExist) {
		if err = makeHostKey(path); err == nil {
			pemKey, err = readHostKey(path)
		}
	}
	if err != nil {
		return nil, "", fmt.Errorf("host key: %w", err)
	}
	signer, err := gossh.ParsePrivateKey(pemKey)
	if err != nil {
		return nil, "", fmt.Errorf("host key %q: %w: remove the file, and a new one is made", path, err)
	}
	return pemKey, gossh.FingerprintSHA256(signer.PublicKey()), nil
}

func readHostKey(path string) ([]byte, error) {
	f, err := openOwn(path, toRead)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	return f.read()
}

// makeHostKey writes a new key, all of it or nothing. If another process is faster the key is the other's.
func makeHostKey(path string) error {
	_, key, err := ed25519.GenerateKey(rand.Reader)
	if err != nil {
		return err
	}
	block, err := gossh.MarshalPrivateKey(key, "goapptrace")
	if err != nil {
		return err
	}
	dir := filepath.Dir(path)
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return err
	}
	if err := checkDirectory(dir); err != nil {
		return err
	}
	f, err := os.CreateTemp(dir, ".host_key-*") // with mode 0600
	if err != nil {
		return err
	}
	defer func() { _ = os.Remove(f.Name()) }()
	_, err = f.Write(pem.EncodeToMemory(block))
	if err = errors.Join(err, f.Sync(), f.Close()); err != nil {
		return err
	}
	if err := os.Link(f.Name(), path); err != nil && !errors.Is(err, fs.ErrExist) {
		return err
	}
	return nil
}
