package cli

import (
	"fmt"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"sync"
	"syscall"
	"time"

	"goapptrace/model"
)

// mercy is how long the program may take to end after it was asked to.
const mercy = 5 * time.Second

// child is the traced program as our own child process.
type child struct {
	cmd   *exec.Cmd
	crash crashes       // where the runtime reports a crash
	apart bool          // it has a process group of its own
	done  chan struct{} // closed when it has ended
	exit  model.Exit    // once done

	stopOnce sync.Once
	stopped  chan struct{} // closed when somebody asked it to end
}

// startChild starts the program and passes signals on to it until it has ended.
func startChild(cmd *exec.Cmd, crash crashes, ownGroup bool) (*child, error) {
	c := &child{cmd: cmd, crash: crash, apart: ownGroup, done: make(chan struct{}), stopped: make(chan struct{})}
	if ownGroup {
		apart(cmd)
	}
	signals := make(chan os.Signal, 16)
	signal.Notify(signals, heeded(forwarded)...)
	if err := cmd.Start(); err != nil {
		signal.Stop(signals)
		return nil, fmt.Errorf("start %q: %w", filepath.Base(cmd.Path), err)
	}
	ended := make(chan struct{})
	forwarder := make(chan struct{})
	go func() {
		defer close(forwarder)
		c.supervise(signals, ended)
	}()
	go func() {
		_ = cmd.Wait() // what it says is in ProcessState, or concerns our copying of its output
		close(ended)
		<-forwarder
		signal.Stop(signals)
		c.exit = c.result()
		close(c.done)
	}()
	return c, nil
}

// supervise forwards signals until the program has ended, and kills it when it was asked to end but does not.
func (c *child) supervise(signals <-chan os.Signal, ended <-chan struct{}) {
	stopped := c.stopped
	var patience <-chan time.Time
	for {
		select {
		case sig := <-signals:
			if c.apart || !fromTerminal(sig) {
				_ = c.cmd.Process.Signal(sig) // fails when it has just ended
			}
		case <-stopped:
			stopped = nil
			_ = c.cmd.Process.Signal(syscall.SIGTERM)
			patience = time.After(mercy)
		case <-patience:
			killGroup(c.cmd.Process, c.apart)
		case <-ended:
			return
		}
	}
}

// stop asks the program to end, and sees to it that it does. It returns at once.
func (c *child) stop() { c.stopOnce.Do(func() { close(c.stopped) }) }

// pid is the program's process ID, as a hello names it.
func (c *child) pid() int64 { return int64(c.cmd.Process.Pid) }

// running says whether the program has not ended yet.
func (c *child) running() bool {
	select {
	case <-c.done:
		return false
	default:
		return true
	}
}

func (c *child) result() model.Exit {
	state := c.cmd.ProcessState
	exit := model.Exit{Status: state.ExitCode(), Crash: c.crash.of(c.pid())}
	if sig := endedBy(state); sig != 0 {
		exit.Signal = sig.String()
	}
	return exit
}

// status is the program's exit status as a shell would give it.
func (c *child) status() int {
	if sig := endedBy(c.cmd.ProcessState); sig != 0 {
		return 128 + int(sig)
	}
	return c.cmd.ProcessState.ExitCode()
}
