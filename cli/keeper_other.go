//go:build !unix

package cli

import (
	"io"
	"os"
	"os/exec"
	"time"
)

// keeper stands for the process that there is on Unix alone: here the program's output is connected to ours.
type keeper struct{}

func keepOutput(cmd *exec.Cmd, _ *os.File, stdout, stderr io.Writer) (*keeper, error) {
	cmd.Stdout, cmd.Stderr = stdout, stderr
	cmd.WaitDelay = copyDelay
	return &keeper{}, nil
}

func (*keeper) started()           {}
func (*keeper) wait(time.Duration) {}
func (*keeper) endInput()          {}

func disguise() {}
