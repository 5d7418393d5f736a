package remote

import (
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"

	"goapptrace/internal/regular"
)

// maxKeyFile bounds what is read of a file with keys, in bytes.
const maxKeyFile = 1 << 20

// ownFile is a file with keys that nobody but this user and root decides about.
type ownFile struct {
	*os.File
	info os.FileInfo
}

// openOwn opens the file at path. Others must not be able to do with it what bits of its mode let them, nor to put another one in its
// place.
func openOwn(path string, forbidden access) (*ownFile, error) {
	f, info, err := regular.Open(path)
	if err != nil {
		return nil, err
	}
	if err := checkOwn(path, info, forbidden); err != nil {
		f.Close()
		return nil, err
	}
	return &ownFile{f, info}, nil
}

// access is what others may not do with a file, and what to do if they can.
type access struct {
	bits         fs.FileMode
	what, remedy string
}

var (
	toWrite = access{0o022, "written", "chmod go-w"}
	toRead  = access{0o077, "read", "chmod 600"}
)

func checkOwn(path string, info os.FileInfo, forbidden access) error {
	switch {
	case info.Size() > maxKeyFile:
		return fmt.Errorf("%q is no file with keys: it has more than %d bytes", path, maxKeyFile)
	case info.Mode().Perm()&forbidden.bits != 0:
		return fmt.Errorf("%q can be %s by others (%v): %s %s", path, forbidden.what, info.Mode().Perm(), forbidden.remedy, path)
	}
	if err := checkOwner(path, info); err != nil {
		return err
	}
	if err := checkDirectory(filepath.Dir(path)); err != nil {
		return err
	}
	linked, err := filepath.EvalSymlinks(path)
	if err != nil {
		return err
	}
	return checkDirectory(filepath.Dir(linked))
}

// checkDirectory says whether others can put another file in place of one that is in a directory, or was reached through it.
func checkDirectory(dir string) error {
	info, err := os.Stat(dir)
	if err != nil {
		return err
	}
	if mode := info.Mode(); mode&0o002 != 0 && mode&fs.ModeSticky == 0 && hasOwners {
		return fmt.Errorf("directory %q can be written by others (%v): chmod o-w %s", dir, mode.Perm(), dir)
	}
	if err := checkOwner(dir, info); err != nil {
		return fmt.Errorf("directory %w", err)
	}
	return nil
}

// read is all that is in the file.
func (f *ownFile) read() ([]byte, error) { return io.ReadAll(io.LimitReader(f, maxKeyFile)) }
