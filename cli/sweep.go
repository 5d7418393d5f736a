package cli

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
)

// ownerFile in a private directory says which process of ours made it: its ID, when it began, and where the ID counts.
const ownerFile = "owner"

// privatePattern is how private directories are called.
const privatePattern = "goapptrace-"

// makeOwned makes a private directory that says whose it is.
func makeOwned(parent string) (string, error) {
	dir, err := os.MkdirTemp(parent, privatePattern)
	if err != nil {
		return "", err
	}
	pid := int64(os.Getpid())
	owner := fmt.Sprintln(pid, startOf(pid), processSpace())
	if err := os.WriteFile(filepath.Join(dir, ownerFile), []byte(owner), 0o600); err != nil {
		removeDir(dir)
		return "", err
	}
	return dir, nil
}

// sweep removes what a goapptrace that was killed has left behind, unless its program still needs it.
func sweep() {
	parents := []string{"/dev/shm", "/tmp", os.TempDir(), os.Getenv("XDG_RUNTIME_DIR")}
	slices.Sort(parents)
	for _, parent := range slices.Compact(parents) {
		if parent == "" {
			continue
		}
		dirs, _ := filepath.Glob(filepath.Join(parent, privatePattern+"*"))
		for _, dir := range dirs {
			if abandoned(dir) {
				removeDir(dir)
			}
		}
	}
}

// abandoned says whether a directory is ours, and nobody uses it any more. When in doubt, somebody does.
func abandoned(dir string) bool {
	info, err := os.Lstat(dir)
	if err != nil || !info.IsDir() || info.Mode().Perm() != 0o700 || !ownFile(info) {
		return false
	}
	owner, err := os.ReadFile(filepath.Join(dir, ownerFile))
	if err != nil {
		return false
	}
	fields := strings.Fields(string(owner))
	if len(fields) != 3 || fields[2] != processSpace() {
		return false
	}
	pid, err := strconv.ParseInt(fields[0], 10, 64)
	if err != nil || startOf(pid) == fields[1] {
		return false
	}
	for path, pid := range ringsOf(dir) {
		if info, err := os.Lstat(path); err != nil || mapped(pid, info) {
			return false
		}
	}
	return !runsFrom(dir)
}
