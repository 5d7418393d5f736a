package e2e

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
)

// TestAttach is what people do whose screen is drawn on their own machine: with the real ssh, the way the server's keys say, across a
// connection that breaks.
func TestAttach(t *testing.T) {
	h := serveShop(t)
	bin := h.attachable()
	t.Run("watch", func(t *testing.T) {
		s := open(t, bin, 120, 36)
		s.enter("clear; goapptrace attach ssh://wanda; echo status=$?")
		s.wait(`shop +\d+ `)
		s.press("x")
		s.wait(`this key may only watch`)
		s.press("q")
		s.wait(`status=0\n\$$`)
	})
	t.Run("refused", func(t *testing.T) {
		s := open(t, bin, 120, 36)
		s.enter("clear; goapptrace attach ssh://nobody; echo status=$?")
		s.wait(`ssh says "somebody@\S+ Permission denied \(publickey\)\."(.*\n)+status=1\n\$$`)
	})
	t.Run("operate", func(t *testing.T) {
		s := open(t, bin, 120, 36)
		s.enter("clear; goapptrace attach ssh://oscar; echo status=$?")
		s.wait(`● shop +\d+ `)
		for tab, shows := range map[string]string{"2": `slowBank`, "3": `◔ |● `, "4": `all of shop`, "5": `follows`, "6": `FuncLogBatch`} {
			s.press(tab)
			s.wait(shows)
		}
		s.press("1", "/")
		s.typed("bank")
		s.press("Enter")
		s.wait(` /bank ╮(.*\n)+.*g\d+ +.*slowBank`)

		h.wire.cut()
		calls := s.wait(`calls +([\d,]+) `)[1]
		for s.wait(`calls +([\d,]+) `)[1] == calls {
		}
		s.wait(` /bank ╮(.*\n)+.*g\d+ +.*slowBank`)
		s.press("x")
		s.wait(`shop`)
		s.press("y")
		s.wait(`closed|lost`)
		s.press("q")
		s.wait(`status=0\n\$$`)
	})
}

// attachable gives a directory that has goapptrace, and an ssh that knows the host.
func (h *host) attachable() string {
	h.t.Helper()
	ssh, err := exec.LookPath("ssh")
	if err != nil {
		h.t.Fatal(err)
	}
	dir := h.t.TempDir()
	script := fmt.Sprintf("#!/bin/sh\nexec %s -F %s \"$@\"\n", ssh, h.path("config"))
	if err := os.WriteFile(filepath.Join(dir, "ssh"), []byte(script), 0o700); err != nil { //nolint:gosec // it is run
		h.t.Fatal(err)
	}
	if err := os.Symlink(filepath.Join(h.bin, "goapptrace"), filepath.Join(dir, "goapptrace")); err != nil {
		h.t.Fatal(err)
	}
	return dir
}
