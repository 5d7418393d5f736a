//go:build linux

package faults

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"sync/atomic"
	"syscall"
	"testing"
	"time"
	"unsafe"
)

// The places in victim's ledger, as victim orders them.
const (
	outerCalls = iota
	leafCalls
	endingAt
	wallGap
	wallGaps
	cpuGap
	cpuGaps
	processID
	waitGaps
	waitGap
	collections
	cells
)

// victim is a running program.
type victim struct {
	t      *testing.T
	began  time.Time
	cmd    *exec.Cmd
	stdin  io.WriteCloser
	ledger *[cells]atomic.Int64
	peak   atomic.Int64 // memory at its highest, bytes, so far as was seen

	lines  chan string   // of stdout, as they come; those that nobody waits for may be missing
	exited chan struct{} // closed when the rest is set

	stdout, stderr bytes.Buffer
	gone           time.Time
}

// start runs a victim. Its environment is the test's and env; it gets as long as it wants for a proper end.
func start(t *testing.T, program, mode string, env ...string) *victim {
	t.Helper()
	return startWith(t, program, []string{mode}, env...)
}

func startWith(t *testing.T, program string, args []string, env ...string) *victim {
	t.Helper()
	v := &victim{t: t, began: time.Now(), cmd: exec.Command(program, args...), lines: make(chan string, 64), exited: make(chan struct{})}
	file := filepath.Join(t.TempDir(), "ledger")
	v.ledger = openLedger(t, file)
	v.cmd.Env = append(os.Environ(), append(env, "VICTIM_LEDGER="+file)...)
	v.cmd.Stderr = &v.stderr
	stdout, err := v.cmd.StdoutPipe()
	if err == nil {
		v.stdin, err = v.cmd.StdinPipe()
	}
	if err == nil {
		err = v.cmd.Start()
	}
	if err != nil {
		t.Fatal(err)
	}
	go v.watchMemory()
	go v.collect(stdout)
	t.Cleanup(v.kill)
	return v
}

func openLedger(t *testing.T, file string) *[cells]atomic.Int64 {
	t.Helper()
	f, err := os.Create(file)
	if err == nil {
		defer f.Close()
		err = f.Truncate(4096)
	}
	if err != nil {
		t.Fatal(err)
	}
	mem, err := syscall.Mmap(int(f.Fd()), 0, 4096, syscall.PROT_READ, syscall.MAP_SHARED)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = syscall.Munmap(mem) })
	return (*[cells]atomic.Int64)(unsafe.Pointer(&mem[0]))
}

// collect takes what the victim prints, and its end.
func (v *victim) collect(stdout io.Reader) {
	defer close(v.exited)
	for in := bufio.NewReader(stdout); ; {
		line, err := in.ReadString('\n')
		v.stdout.WriteString(line)
		if err != nil {
			break
		}
		select {
		case v.lines <- strings.TrimSpace(line):
		default:
		}
	}
	_ = v.cmd.Wait() // the state tells more
	v.gone = time.Now()
}

func (v *victim) watchMemory() {
	file := fmt.Sprintf("/proc/%d/status", v.cmd.Process.Pid)
	for {
		if bytes := highWater(file); bytes > v.peak.Load() {
			v.peak.Store(bytes)
		}
		select {
		case <-v.exited:
			return
		case <-time.After(10 * time.Millisecond):
		}
	}
}

// highWater is the VmHWM of a status file in bytes, 0 if there is none.
func highWater(file string) int64 {
	status, _ := os.ReadFile(file)
	_, rest, _ := strings.Cut(string(status), "VmHWM:")
	kib, _, _ := strings.Cut(rest, "kB")
	n, _ := strconv.ParseInt(strings.TrimSpace(kib), 10, 64)
	return n << 10
}

func (v *victim) kill() {
	_ = v.cmd.Process.Kill()
	<-v.exited
}

// tell gives a command and waits until it is done.
func (v *victim) tell(format string, args ...any) {
	v.t.Helper()
	command := fmt.Sprintf(format, args...)
	if _, err := fmt.Fprintln(v.stdin, command); err != nil {
		v.t.Fatal(err)
	}
	v.expect("done " + command)
}

// expect waits for a line of output.
func (v *victim) expect(line string) {
	v.t.Helper()
	timeout := time.After(patience)
	for {
		select {
		case got := <-v.lines:
			if got == line {
				return
			}
		case <-v.exited:
			v.t.Fatalf("the victim ended before it said %q: %v\n%s", line, v.cmd.ProcessState, v.stderr.String())
		case <-timeout:
			v.t.Fatalf("the victim never said %q", line)
		}
	}
}

// wait waits for the end and returns how it was.
func (v *victim) wait() outcome {
	v.t.Helper()
	select {
	case <-v.exited:
	case <-time.After(patience):
		_ = v.cmd.Process.Signal(syscall.SIGQUIT)
		<-v.exited
		v.t.Fatalf("the victim did not end:\n%s", v.stderr.String())
	}
	return outcome{v.cmd.ProcessState.String(), v.stdout.String(), normalReport(v.stderr.String())}
}

// finish ends a serving victim as usual.
func (v *victim) finish() outcome {
	v.t.Helper()
	if err := v.stdin.Close(); err != nil && !errors.Is(err, os.ErrClosed) {
		v.t.Fatal(err)
	}
	return v.wait()
}

// lag is the time from when the victim wanted to end until it was gone.
func (v *victim) lag() time.Duration { return v.gone.Sub(time.Unix(0, v.ledger[endingAt].Load())) }

// mustNotStall checks that no hook took long: neither of its processor nor asleep. What the clock alone says depends on who
// else wants the processor. An interrupt or a virtual machine's host may take a millisecond, and a thread that is
// preempted may have to wait: what a program without hooks meets, too, is allowed ten times as often, or three times
// if both ran side by side and had the same to compete with. Both threads sleep when the world stops, twice for each
// collection of garbage, and what makes the world wait is others having the processor.
func (v *victim) mustNotStall(plain *victim) {
	v.t.Helper()
	factor := 10.0
	if v.began.Before(plain.gone) && plain.began.Before(v.gone) {
		factor = 3
	}
	allowed := func(cell int) int64 {
		perSecond := float64(1+plain.ledger[cell].Load()) / plain.lived().Seconds()
		return 10 + int64(factor*perSecond*v.lived().Seconds())
	}
	const stops = 2 * 2 // threads, times
	if n := v.ledger[cpuGaps].Load(); n > allowed(cpuGaps) {
		v.t.Errorf("%d times, a few calls took more than 1 ms of their processor, %v at most", n, time.Duration(v.ledger[cpuGap].Load()))
	}
	if n := v.ledger[waitGaps].Load(); n > allowed(waitGaps)+stops*v.ledger[collections].Load() {
		v.t.Errorf("%d times, a few calls made their thread sleep for more than 1 ms, %v at most", n, time.Duration(v.ledger[waitGap].Load()))
	}
}

func (v *victim) lived() time.Duration { return v.gone.Sub(v.began) }

// stalls tells what mustNotStall looks at.
func (v *victim) stalls() string {
	return fmt.Sprintf("longest step %v by the clock (%d over 1 ms), %v of the processor (%d), %v asleep (%d), %d collections",
		time.Duration(v.ledger[wallGap].Load()), v.ledger[wallGaps].Load(),
		time.Duration(v.ledger[cpuGap].Load()), v.ledger[cpuGaps].Load(),
		time.Duration(v.ledger[waitGap].Load()), v.ledger[waitGaps].Load(), v.ledger[collections].Load())
}

// made is how many calls of each function it has begun.
func (v *victim) made() calls {
	return calls{"main.outer": v.ledger[outerCalls].Load(), "main.leaf": v.ledger[leafCalls].Load()}
}
