package cli

import (
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strconv"

	"goapptrace/protocol"
)

// maxCrash bounds what is read of a crash report, in bytes.
const maxCrash = 1 << 20

// crashStatus is the exit status of a program that the runtime ended, unless it was told to leave a core dump.
const crashStatus = 2

// crashes is a private directory in which the runtime of each program that we start reports a panic or fatal error, in a
// file with the process's number for a name. Programs that were started by those report there, too. Empty for none.
type crashes string

// makeCrashes makes it in a private directory.
func makeCrashes(dir string) (crashes, error) {
	c := crashes(filepath.Join(dir, "crashes"))
	if err := os.Mkdir(string(c), 0o700); err != nil {
		return "", fmt.Errorf("place for reports of crashes: %w", err)
	}
	return c, nil
}

// env tells a program of it.
func (c crashes) env() string { return "GOAPPTRACE_CRASH=" + string(c) }

// of is the report of process pid, empty when there is none.
func (c crashes) of(pid int64) protocol.Text {
	if c == "" {
		return ""
	}
	f, err := os.Open(filepath.Join(string(c), strconv.FormatInt(pid, 10)))
	if err != nil {
		return ""
	}
	defer f.Close()
	report, err := io.ReadAll(io.LimitReader(f, maxCrash))
	if err != nil {
		return ""
	}
	return protocol.Text(report)
}
