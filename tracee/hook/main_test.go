package hook

import (
	"debug/dwarf"
	"debug/elf"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
)

// TestMain gives the package the offsets that a build of a traced program would: those of this toolchain, read
// from the debug information of a small program (a test binary has none).
func TestMain(m *testing.M) {
	if err := findOffsets(); err != nil {
		fmt.Fprintln(os.Stderr, "offsets of the runtime are unknown, testing the fallback only:", err)
	}
	goidKnown = checkOffsets()
	os.Exit(m.Run())
}

func findOffsets() error {
	dir, err := os.MkdirTemp("", "offsets")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	src, bin := filepath.Join(dir, "main.go"), filepath.Join(dir, "main")
	if err := os.WriteFile(src, []byte("package main\nfunc main() {}\n"), 0o600); err != nil {
		return err
	}
	build := exec.Command("go", "build", "-o", bin, src)
	build.Env = append(os.Environ(), "GOOS=linux")
	if out, err := build.CombinedOutput(); err != nil {
		return fmt.Errorf("%w: %s", err, out)
	}
	f, err := elf.Open(bin)
	if err != nil {
		return err
	}
	defer f.Close()
	d, err := f.DWARF()
	if err != nil {
		return err
	}
	mCurg, gGoid = fieldOffset(d, "runtime.m", "curg"), fieldOffset(d, "runtime.g", "goid")
	return nil
}

func fieldOffset(d *dwarf.Data, typ, field string) uintptr {
	r := d.Reader()
	for {
		e, err := r.Next()
		if e == nil || err != nil {
			return 0
		}
		if e.Tag != dwarf.TagStructType || e.Val(dwarf.AttrName) != typ {
			continue
		}
		t, err := d.Type(e.Offset)
		if err != nil {
			return 0
		}
		for _, f := range t.(*dwarf.StructType).Field {
			if f.Name == field {
				return uintptr(f.ByteOffset)
			}
		}
	}
}
