// Package offsettest finds, for tests, the offsets that a traced program is built with. Call [Find].
package offsettest

import (
	"debug/dwarf"
	"debug/elf"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
)

// Offsets are places in the runtime's structures, in bytes.
type Offsets struct {
	MCurg                                       uintptr // of runtime.m
	GGoid, GPanic, GParentGoid, GGopc, GStartpc uintptr // of runtime.g
}

// Source is the file of package hook that carries the offsets.
func (o Offsets) Source() []byte {
	return fmt.Appendf(nil, "package hook\n\nvar mCurg, gGoid, gPanic, gParentGoid, gGopc, gStartpc uintptr = %d, %d, %d, %d, %d, %d\n",
		o.MCurg, o.GGoid, o.GPanic, o.GParentGoid, o.GGopc, o.GStartpc)
}

// Find returns the offsets in programs that this toolchain builds for Linux. It reads them from the debug information of
// a small program, since a test binary has none.
func Find() (Offsets, error) {
	d, err := debugInformation()
	if err != nil {
		return Offsets{}, err
	}
	var o Offsets
	for _, want := range []struct {
		typ, field string
		offset     *uintptr
	}{
		{"m", "curg", &o.MCurg},
		{"g", "goid", &o.GGoid},
		{"g", "_panic", &o.GPanic},
		{"g", "parentGoid", &o.GParentGoid},
		{"g", "gopc", &o.GGopc},
		{"g", "startpc", &o.GStartpc},
	} {
		if *want.offset, err = fieldOffset(d, "runtime."+want.typ, want.field); err != nil {
			return Offsets{}, err
		}
	}
	return o, nil
}

func debugInformation() (*dwarf.Data, error) {
	dir, err := os.MkdirTemp("", "offsets")
	if err != nil {
		return nil, err
	}
	defer func() { _ = os.RemoveAll(dir) }()
	src, bin := filepath.Join(dir, "main.go"), filepath.Join(dir, "main")
	if err := os.WriteFile(src, []byte("package main\nfunc main() {}\n"), 0o600); err != nil {
		return nil, err
	}
	build := exec.Command("go", "build", "-o", bin, src)
	build.Env = append(os.Environ(), "GOOS=linux")
	if out, err := build.CombinedOutput(); err != nil {
		return nil, fmt.Errorf("%w: %s", err, out)
	}
	f, err := elf.Open(bin)
	if err != nil {
		return nil, err
	}
	defer func() { _ = f.Close() }()
	return f.DWARF()
}

func fieldOffset(d *dwarf.Data, typ, field string) (uintptr, error) {
	r := d.Reader()
	for {
		e, err := r.Next()
		if e == nil || err != nil {
			return 0, fmt.Errorf("%s has no field %s: %w", typ, field, err)
		}
		if e.Tag != dwarf.TagStructType || e.Val(dwarf.AttrName) != typ {
			continue
		}
		t, err := d.Type(e.Offset)
		if err != nil {
			return 0, err
		}
		for _, f := range t.(*dwarf.StructType).Field {
			if f.Name == field {
				return uintptr(f.ByteOffset), nil
			}
		}
	}
}
