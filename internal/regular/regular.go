// Package regular opens files whose names users give, if they are regular ones: opening a pipe would wait for whoever writes to
// it. Call [Open], or [Read] for all that is in one.
package regular

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
)

// errKind says that a file is of another kind.
var errKind = errors.New("it is not a regular file")

// Open opens a regular file to be read, and tells how it is. It never waits for another process. The error is an [*fs.PathError].
func Open(path string) (*os.File, fs.FileInfo, error) {
	f, err := os.OpenFile(path, os.O_RDONLY|dontWait, 0)
	if err != nil {
		return nil, nil, err
	}
	info, err := f.Stat()
	if err == nil && !info.Mode().IsRegular() {
		err = &fs.PathError{Op: "open", Path: path, Err: errKind}
	}
	if err != nil {
		return nil, nil, errors.Join(err, f.Close())
	}
	return f, info, nil
}

// Read reads a regular file of no more than most bytes.
func Read(path string, most int64) ([]byte, error) {
	f, _, err := Open(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	data, err := io.ReadAll(io.LimitReader(f, most+1))
	if err == nil && int64(len(data)) > most {
		err = &fs.PathError{Op: "read", Path: path, Err: fmt.Errorf("it has more than %d bytes", most)}
	}
	return data, err
}
