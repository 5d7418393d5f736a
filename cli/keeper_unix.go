//go:build unix

package cli

import (
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"runtime"
	"syscall"
	"time"

	"golang.org/x/sys/unix"
)

// keeper is a running keeper, and what it passes on.
type keeper struct {
	program []*os.File      // the program's ends, until it has started
	ours    []*os.File      // stdout and stderr from the keeper
	orders  *os.File        // see keeperOrders
	copied  chan struct{}   // closed when all output has come
	ended   <-chan struct{} // closed when the keeper has ended
}

// keepOutput connects cmd's output, through a keeper, to stdout and stderr. The keeper holds input, the writing end of
// the program's, which may be nil.
func keepOutput(cmd *exec.Cmd, input *os.File, stdout, stderr io.Writer) (*keeper, error) {
	k := &keeper{copied: make(chan struct{})}
	theirs, err := k.pipes()
	defer closeAll(theirs)
	if err == nil {
		k.ended, err = startKeeper(filepath.Base(cmd.Path), input, theirs)
	}
	if err != nil {
		k.started()
		closeAll(append(k.ours, k.orders))
		return nil, fmt.Errorf("keep the program's output: %w", err)
	}
	cmd.Stdout, cmd.Stderr = k.program[0], k.program[1]
	go k.copy(stdout, stderr)
	return k, nil
}

// pipes makes the pipes, and returns the keeper's ends in the order of its files.
func (k *keeper) pipes() (theirs []*os.File, err error) {
	var r, w [keeperFiles - keeperOrders]*os.File // of orders, the program's two, our two
	for i := range 5 {
		if r[i], w[i], err = os.Pipe(); err != nil {
			break
		}
	}
	k.orders, k.program, k.ours = w[0], w[1:3], r[3:5]
	return []*os.File{r[0], r[1], r[2], w[3], w[4]}, err
}

// startKeeper starts a keeper of the program with that name. It has a session of its own, out of the terminal's reach, a
// name that isn't ours, lest who kills us by name kills it too, and an end of its own, which closes ended.
func startKeeper(name string, input *os.File, files []*os.File) (ended <-chan struct{}, err error) {
	exe := "/proc/self/exe" // also when the file has been replaced
	if runtime.GOOS != "linux" {
		if exe, err = os.Executable(); err != nil {
			return nil, fmt.Errorf("find our own program: %w", err)
		}
	}
	cmd := exec.Command(exe)
	cmd.Args = []string{"output-keeper", keepCommand, name}
	cmd.Env = []string{"GOMAXPROCS=1", "GOGC=25"}
	cmd.Dir = "/"
	if input != nil {
		held, err := duplicate(input)
		if err != nil {
			return nil, err
		}
		defer held.Close()
		cmd.Stdin = held
	}
	cmd.ExtraFiles = files
	cmd.SysProcAttr = &syscall.SysProcAttr{Setsid: true}
	if err := cmd.Start(); err != nil {
		return nil, err
	}
	end := make(chan struct{})
	go func() { // leaves no zombie; a keeper outlives us where it has to
		defer close(end)
		_ = cmd.Wait()
	}()
	return end, nil
}

// duplicate returns another descriptor of f. Giving f itself to a process would make it blocking, and then a Close doesn't
// wake a Write.
func duplicate(f *os.File) (*os.File, error) {
	conn, err := f.SyscallConn()
	if err != nil {
		return nil, err
	}
	fd, dupErr := -1, error(nil)
	err = conn.Control(func(from uintptr) { fd, dupErr = unix.FcntlInt(from, unix.F_DUPFD_CLOEXEC, 0) })
	if err = errors.Join(err, dupErr); err != nil {
		return nil, err
	}
	return os.NewFile(uintptr(fd), f.Name()), nil
}

func (k *keeper) copy(stdout, stderr io.Writer) {
	defer close(k.copied)
	done := make(chan struct{})
	go func() {
		defer close(done)
		_, _ = io.Copy(stderr, k.ours[1])
	}()
	_, _ = io.Copy(stdout, k.ours[0]) // the console refuses nothing; a broken pipe is an end, too
	<-done
}

// started is to be called when the program has been started, or won't be.
func (k *keeper) started() { closeAll(k.program) }

// wait waits for the rest of the output, no longer than bound: what the program has left running may hold it open. Nothing
// more comes then.
func (k *keeper) wait(bound time.Duration) {
	select {
	case <-k.copied:
	case <-time.After(bound):
	}
	closeAll(k.ours)
	<-k.copied
	closeAll([]*os.File{k.orders})
}

// endInput ends the program's input, of which the caller has closed its own end.
func (k *keeper) endInput() { _, _ = k.orders.Write([]byte{1}) } // fails when the keeper has ended, with the program

func closeAll(files []*os.File) {
	for _, f := range files {
		if f != nil {
			_ = f.Close()
		}
	}
}

// disguise makes a keeper's name in process lists differ from ours, and has it end with the program alone.
func disguise() {
	_ = os.WriteFile("/proc/self/comm", []byte("output-keeper"), 0) // Linux alone has it
	signal.Ignore(syscall.SIGINT, syscall.SIGQUIT, syscall.SIGTERM, syscall.SIGHUP)
}
