//go:build unix

package testtool

import (
	"os"
	"os/signal"
	"syscall"
	"testing"
)

// HeedHangups has the processes that the test starts heed a terminal's hangup, even where the test itself is to ignore it, as
// under nohup: a child ignores what its parent ignores, and takes by default what its parent heeds.
func HeedHangups(t *testing.T) {
	hangups := make(chan os.Signal, 1)
	signal.Notify(hangups, syscall.SIGHUP)
	t.Cleanup(func() { signal.Stop(hangups) })
}
