package salvage

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"os"
)

// Offsets in the file, in bytes, as package hook lays it out.
const (
	magic = 0x31_73676e6972_6167

	headWall    = 8
	headMono    = 16
	headStages  = 24 // two
	headUsed    = 72
	headExe     = 80
	headExeSize = 2048
	headExtents = 4096

	stageSize  = 24
	extentSize = 16
	maxExtents = 1 << 12
	headSize   = headExtents + maxExtents*extentSize

	unit = 4096
)

// The kinds of extents.
const (
	extentRing   = 1
	extentCounts = 2
	extentFuncs  = 3
	extentTexts  = 4
)

// maxFile bounds what is taken for such a file, in bytes.
const maxFile = 1 << 30

var (
	errCorrupt = errors.New("the file is damaged")

	// ErrAbandoned says that the program has given the connection up itself, or that another one's receipt was shown.
	ErrAbandoned = errors.New("the program left no record of this connection")
)

// File is what a program shares with its viewer.
type File struct {
	io.ReaderAt
	size int64

	Wall, Mono int64  // one instant when the file was made: Unix time in ns, and the program's monotonic ns
	Executable string // its path, as the program knew it
}

// Open looks at a file of so many bytes. It says no more of the program's calls than the program lets see: call
// [File.Remains] when that is dead.
func Open(r io.ReaderAt, size int64) (*File, error) {
	f := &File{ReaderAt: r, size: size}
	head, err := f.read(0, headExtents)
	if err != nil {
		return nil, err
	}
	if size > maxFile || u64(head) != magic {
		return nil, fmt.Errorf("%w: it isn't a traced program's", errCorrupt)
	}
	f.Wall, f.Mono = int64(u64(head[headWall:])), int64(u64(head[headMono:]))
	exe, _, _ := bytes.Cut(head[headExe:headExe+headExeSize], []byte{0})
	f.Executable = string(exe)
	return f, nil
}

// OpenFile is Open for a regular file, which the caller closes.
func OpenFile(file *os.File) (*File, error) {
	info, err := file.Stat()
	if err != nil {
		return nil, err
	}
	if !info.Mode().IsRegular() {
		return nil, fmt.Errorf("%q is no regular file", file.Name())
	}
	return Open(file, info.Size())
}

// read returns n bytes at the offset.
func (f *File) read(offset, n int64) ([]byte, error) {
	if offset < 0 || n < 0 || offset > f.size || n > f.size-offset {
		return nil, fmt.Errorf("%w: %d bytes at %d are beyond its end", errCorrupt, n, offset)
	}
	b := make([]byte, n)
	if _, err := f.ReadAt(b, offset); err != nil {
		return nil, fmt.Errorf("read what the program left: %w", err)
	}
	return b, nil
}

// extent is a piece of the file, in bytes.
type extent struct {
	kind, index  uint32
	offset, size int64
}

func (f *File) extents() ([]extent, error) {
	used, err := f.read(headUsed, 4)
	if err != nil {
		return nil, err
	}
	n := int64(min(u32(used), maxExtents))
	b, err := f.read(headExtents, n*extentSize)
	if err != nil {
		return nil, err
	}
	var list []extent
	var sum int64
	for ; len(b) > 0; b = b[extentSize:] {
		e := extent{u32(b), u32(b[4:]), int64(u32(b[8:])) * unit, int64(u32(b[12:])) * unit}
		if e.kind == 0 {
			continue
		}
		if sum += e.size; e.offset < headSize || e.offset > f.size || e.size > f.size-e.offset || sum > f.size {
			return nil, fmt.Errorf("%w: an extent is beyond its end", errCorrupt)
		}
		list = append(list, e)
	}
	return list, nil
}

// stage is one of the two states of the connection that the program has noted.
type stage struct {
	slot    int
	drained uint64
}

// stageOf finds what the program had handed over when it had sent what the receipt says.
func (f *File) stageOf(r *Receipt) (stage, error) {
	for slot := range 2 {
		b, err := f.read(headStages+int64(slot)*stageSize, stageSize)
		if err != nil {
			return stage{}, err
		}
		if r.connection != 0 && u64(b) == r.connection && u64(b[8:]) == r.batch {
			return stage{slot, u64(b[16:])}, nil
		}
	}
	return stage{}, ErrAbandoned
}

func u16(b []byte) uint16 { return binary.NativeEndian.Uint16(b) }
func u32(b []byte) uint32 { return binary.NativeEndian.Uint32(b) }
func u64(b []byte) uint64 { return binary.NativeEndian.Uint64(b) }
