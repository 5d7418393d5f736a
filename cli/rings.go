package cli

import (
	"os"
	"path/filepath"
	"strconv"
	"strings"
)

// ringsSuffix ends the names of the files that programs record into.
const ringsSuffix = ".rings"

// ringsEnv tells a program where to make its file.
const ringsEnv = "GOAPPTRACE_RINGS"

// ringsDir makes a private directory in memory for the files that programs record into, "" if there is no place for one:
// then what a program that is killed had not sent is lost.
func ringsDir() string {
	for _, parent := range []string{"/dev/shm", os.Getenv("XDG_RUNTIME_DIR")} {
		if parent == "" || !inMemory(parent) {
			continue
		}
		if dir, err := makeOwned(parent); err == nil {
			return dir
		}
	}
	return ""
}

// ringsOf are the files in a directory, by process.
func ringsOf(dir string) map[string]int64 {
	paths := map[string]int64{}
	if dir == "" {
		return paths
	}
	found, _ := filepath.Glob(filepath.Join(dir, "*"+ringsSuffix))
	for _, path := range found {
		if pid := pidOf(path); pid > 0 {
			paths[path] = pid
		}
	}
	return paths
}

// pidOf is the process that a file is named for, 0 if it isn't.
func pidOf(path string) int64 {
	name, _, _ := strings.Cut(filepath.Base(path), ".")
	pid, _ := strconv.ParseInt(name, 10, 64)
	return max(pid, 0)
}
