package instrument

import (
	"bytes"
	"crypto/sha256"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"time"
)

// store keeps files by their content below one directory, so that equal input gives equal paths and
// the go command's own cache stays valid. Programs may share it: a file is never changed, only renamed into place.
type store struct{ dir string }

// Entries that no build has used for a while are removed.
const (
	touchAfter = 24 * time.Hour
	keepFor    = 10 * 24 * time.Hour
)

// treesDir holds the directories of the store that are entries themselves.
const treesDir = "trees"

// openStore uses dir or, if that is empty, the user's cache directory. A directory that others can write to won't do:
// what lies there is compiled.
func openStore(dir string) (store, error) {
	if dir == "" {
		base, err := os.UserCacheDir()
		if err != nil {
			return store{}, fmt.Errorf("find the cache directory: %w; set HOME or XDG_CACHE_HOME", err)
		}
		dir = filepath.Join(base, "goapptrace", "instrument")
	}
	dir, err := filepath.Abs(dir)
	if err != nil {
		return store{}, fmt.Errorf("open cache directory: %w", err)
	}
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return store{}, fmt.Errorf("open cache directory: %w", err)
	}
	return store{dir}, nil
}

// put stores content and returns the file's path, which ends in name.
func (s store) put(name string, content []byte) (string, error) {
	sum := sha256.Sum256(content)
	dir := filepath.Join(s.dir, fmt.Sprintf("%02x", sum[0]), fmt.Sprintf("%x", sum[1:16]))
	path := filepath.Join(dir, name)
	if s.has(path, int64(len(content))) {
		return path, nil
	}
	return path, write(dir, name, content)
}

// has reports whether a file is there that put has stored, and notes that it is used.
func (s store) has(path string, size int64) bool {
	info, err := os.Stat(path)
	if err != nil || info.Size() != size {
		return false
	}
	touch(path, info)
	return true
}

// touch notes that an entry is used.
func touch(path string, info fs.FileInfo) {
	if now := time.Now(); now.Sub(info.ModTime()) > touchAfter {
		_ = os.Chtimes(path, now, now)
	}
}

// path is where the value of a key lies.
func (s store) path(key string) (dir, name string) {
	sum := sha256.Sum256([]byte(key))
	return filepath.Join(s.dir, "keys"), fmt.Sprintf("%x", sum[:16])
}

// get returns a value as it was set: one that has suffered is none.
func (s store) get(key string) ([]byte, bool) {
	path := filepath.Join(s.path(key))
	data, err := os.ReadFile(path)
	if err != nil || len(data) < sha256.Size {
		return nil, false
	}
	sum, value := data[:sha256.Size], data[sha256.Size:]
	if want := checksum(key, value); !bytes.Equal(sum, want[:]) {
		return nil, false
	}
	if info, err := os.Stat(path); err == nil {
		touch(path, info)
	}
	return value, true
}

// set keeps value under key. It is a cache: failing to write is no error.
func (s store) set(key string, value []byte) {
	dir, name := s.path(key)
	sum := checksum(key, value)
	_ = write(dir, name, append(sum[:], value...))
}

func checksum(key string, value []byte) [sha256.Size]byte {
	return sha256.Sum256(fmt.Appendf(nil, "%d %s%s", len(key), key, value))
}

// write makes or replaces a file at once.
func write(dir, name string, content []byte) error {
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return fmt.Errorf("cache a file: %w", err)
	}
	tmp, err := os.CreateTemp(dir, ".new-*")
	if err != nil {
		return fmt.Errorf("cache a file: %w", err)
	}
	_, err = tmp.Write(content)
	err = errors.Join(err, tmp.Close())
	if err == nil {
		err = os.Rename(tmp.Name(), filepath.Join(dir, name))
	}
	if err != nil {
		_ = os.Remove(tmp.Name())
		return fmt.Errorf("cache a file: %w", err)
	}
	return nil
}

// trim removes what has not been used for long, at most once in a while.
func (s store) trim(now time.Time) {
	const key = "trimmed"
	dir, name := s.path(key)
	if info, err := os.Stat(filepath.Join(dir, name)); err == nil && now.Sub(info.ModTime()) < touchAfter {
		return
	}
	s.set(key, nil)
	trees := filepath.Join(s.dir, treesDir)
	_ = filepath.WalkDir(s.dir, func(path string, d fs.DirEntry, err error) error {
		if filepath.Dir(path) == trees { // goes or stays as a whole
			if err == nil && unused(d, now) {
				_ = os.RemoveAll(path)
			}
			return filepath.SkipDir
		}
		if err == nil && !d.IsDir() && unused(d, now) {
			_ = os.Remove(path)
			_ = os.Remove(filepath.Dir(path)) // if it was the last one
		}
		return nil // whatever another process has removed meanwhile
	})
}

func unused(d fs.DirEntry, now time.Time) bool {
	info, err := d.Info()
	return err == nil && now.Sub(info.ModTime()) > keepFor
}
