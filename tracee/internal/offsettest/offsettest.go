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

// Find returns the offsets in bytes of runtime.m's curg and of runtime.g's goid in programs that this toolchain
// builds for Linux. It reads them from the debug information of a small program, since a test binary has none.
func Find() (mCurg, gGoid uintptr, err error) {
	dir, err := os.MkdirTemp("", "offsets")
	if err != nil {
		return 0, 0, err
	}
	defer func() { _ = os.RemoveAll(dir) }()
	src, bin := filepath.Join(dir, "main.go"), filepath.Join(dir, "main")
	if err := os.WriteFile(src, []byte("package main\nfunc main() {}\n"), 0o600); err != nil {
		return 0, 0, err
	}
	build := exec.Command("go", "build", "-o", bin, src)
	build.Env = append(os.Environ(), "GOOS=linux")
	if out, err := build.CombinedOutput(); err != nil {
		return 0, 0, fmt.Errorf("%w: %s", err, out)
	}
	f, err := elf.Open(bin)
	if err != nil {
		return 0, 0, err
	}
	defer func() { _ = f.Close() }()
	d, err := f.DWARF()
	if err != nil {
		return 0, 0, err
	}
	if mCurg, err = fieldOffset(d, "runtime.m", "curg"); err != nil {
		return 0, 0, err
	}
	gGoid, err = fieldOffset(d, "runtime.g", "goid")
	return mCurg, gGoid, err
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
