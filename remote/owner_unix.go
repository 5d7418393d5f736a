//go:build unix

package remote

import (
	"fmt"
	"os"
	"syscall"
)

// hasOwners says whether files here have owners, and modes that mean something.
const hasOwners = true

// checkOwner says whether a file is another user's, who can do with it what he likes. Root can anyway.
func checkOwner(path string, info os.FileInfo) error {
	stat, ok := info.Sys().(*syscall.Stat_t)
	if ok && (stat.Uid == 0 || int(stat.Uid) == os.Geteuid()) {
		return nil
	}
	if !ok {
		return fmt.Errorf("%q doesn't tell whose it is", path)
	}
	return fmt.Errorf("%q belongs to another user (%d): chown %d %s", path, stat.Uid, os.Geteuid(), path)
}
