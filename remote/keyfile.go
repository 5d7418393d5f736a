package remote

import (
	"bytes"
	"errors"
	"fmt"
	"log/slog"
	"net/netip"
	"os"
	"sync"
	"time"

	gossh "golang.org/x/crypto/ssh"
)

// keyFile is an authorized_keys file. It is read anew when it looks different.
type keyFile struct {
	path string
	log  *slog.Logger

	mu     sync.Mutex
	look   look
	grants []grant
}

// look is how a file looks without being read.
type look struct {
	info os.FileInfo
	size int64
	time time.Time
}

func (l look) same(other look) bool {
	return l.info != nil && other.info != nil && os.SameFile(l.info, other.info) && l.size == other.size && l.time.Equal(other.time)
}

// openKeys reads the file for the first time. A file that lets nobody in is an error.
func openKeys(path string, log *slog.Logger) (*keyFile, error) {
	k := &keyFile{path: path, log: log}
	grants, err := k.current()
	if err == nil && len(grants) == 0 {
		err = fmt.Errorf("%q has no key that lets anybody in", path)
	}
	if err != nil {
		return nil, fmt.Errorf("authorized keys: %w", err)
	}
	return k, nil
}

// errUnknownKey says that a key isn't in the file.
var errUnknownKey = errors.New("the key isn't in the authorized_keys file")

// find is what the file grants to the owner of a key who comes from an address.
func (k *keyFile) find(key gossh.PublicKey, from netip.Addr, now time.Time) (grant, error) {
	grants, err := k.current()
	if err != nil {
		return grant{}, err
	}
	blob, why := key.Marshal(), errUnknownKey
	for _, g := range grants {
		if !bytes.Equal(g.key.Marshal(), blob) {
			continue
		}
		if why = g.allows(from, now); why == nil {
			return g, nil
		}
	}
	return grant{}, why
}

// current is what the file says now.
func (k *keyFile) current() ([]grant, error) {
	k.mu.Lock()
	defer k.mu.Unlock()
	f, err := openOwn(k.path, toWrite)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	now := look{f.info, f.info.Size(), f.info.ModTime()}
	if now.same(k.look) && time.Since(now.time) > settles {
		return k.grants, nil
	}
	text, err := f.read()
	if err != nil {
		return nil, err
	}
	grants, bad := parseKeys(text)
	if !now.same(k.look) {
		for _, b := range bad {
			k.log.Warn("a key lets nobody in", "file", k.path, "line", b.line, "reason", b.err.Error())
		}
	}
	k.look, k.grants = now, grants
	return grants, nil
}

// settles is how old a file has to be for its time to tell whether it has changed.
const settles = 2 * time.Second
