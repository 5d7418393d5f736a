package agent

import (
	"fmt"
	"os"
	"path/filepath"
	"runtime/debug"
	"strconv"
	"strings"
	"time"
	"unicode"
)

// debugLog is the agent's own log, for those who work on it. The zero value drops everything.
type debugLog struct{ file *os.File }

func openDebugLog(path string) debugLog {
	f, err := os.OpenFile(path, os.O_WRONLY|os.O_APPEND|os.O_CREATE, 0o600)
	if path == "" || err != nil {
		return debugLog{}
	}
	return debugLog{f}
}

func (l debugLog) printf(format string, args ...any) {
	if l.file == nil {
		return
	}
	line := strings.Map(printable, fmt.Sprintf(format, args...)) // strangers have a part in it
	_, _ = fmt.Fprintf(l.file, "%s %d %s\n", time.Now().Format(time.RFC3339Nano), os.Getpid(), line)
}

func printable(r rune) rune {
	if unicode.IsPrint(r) {
		return r
	}
	return unicode.ReplacementChar
}

func (l debugLog) close() {
	if l.file != nil {
		_ = l.file.Close()
	}
}

// keepCrash has the runtime write a panic or fatal error to a file, too; in a directory to one of the process's own.
func keepCrash(path string) {
	if info, err := os.Stat(path); err == nil && info.IsDir() {
		path = filepath.Join(path, strconv.Itoa(os.Getpid()))
		_ = os.Remove(path) // an earlier process's of the same number
	}
	f, err := os.OpenFile(path, os.O_WRONLY|os.O_APPEND|os.O_CREATE, 0o600)
	if err != nil {
		return
	}
	defer f.Close() // the runtime keeps a duplicate
	_ = debug.SetCrashOutput(f, debug.CrashOptions{})
}
