//go:build unix

package cli

import (
	"bytes"
	"os"
	"os/exec"
	"testing"
	"time"
)

// TestMain lets the test's executable be a keeper, as ours is.
func TestMain(m *testing.M) {
	if len(os.Args) > 1 && os.Args[1] == keepCommand {
		keep()
		return
	}
	os.Exit(m.Run())
}

// kept is a shell with a keeper.
type kept struct {
	*keeper
	cmd            *exec.Cmd
	input          *typed
	stdout, stderr bytes.Buffer
}

func startKept(t *testing.T, script string) *kept {
	t.Helper()
	k := &kept{cmd: exec.Command("sh", "-c", script)}
	input, end, err := newTyped()
	if err != nil {
		t.Fatal(err)
	}
	defer end.Close()
	k.input, k.cmd.Stdin = input, end
	if k.keeper, err = keepOutput(k.cmd, input.pipe, &k.stdout, &k.stderr); err != nil {
		t.Fatal(err)
	}
	input.ended = k.endInput
	err = k.cmd.Start()
	k.started()
	if err != nil {
		t.Fatal(err)
	}
	patience := time.AfterFunc(time.Minute, func() { _ = k.cmd.Process.Kill() })
	t.Cleanup(func() {
		<-k.ended
		patience.Stop()
	})
	return k
}

// The keeper holds the program's input open, but not against the user.
func TestKeeperPassesOnAllStreams(t *testing.T) {
	k := startKept(t, "cat; echo over >&2")
	if _, err := k.input.Write([]byte("typed\n")); err != nil {
		t.Fatal(err)
	}
	if err := k.input.Close(); err != nil {
		t.Fatal(err)
	}
	if err := k.cmd.Wait(); err != nil {
		t.Errorf("it didn't see the end of its input: %v", err)
	}
	k.wait(time.Minute)
	if k.stdout.String() != "typed\n" || k.stderr.String() != "over\n" {
		t.Errorf("stdout %q, stderr %q", &k.stdout, &k.stderr)
	}
}

// What a program leaves running may hold its output open for as long as it likes.
func TestKeeperIsNotWaitedForLong(t *testing.T) {
	k := startKept(t, "echo printed; sleep 60 & echo $! >&2")
	if err := k.cmd.Wait(); err != nil {
		t.Error(err)
	}
	k.wait(time.Second)
	k.input.stop()
	if k.stdout.String() != "printed\n" {
		t.Errorf("stdout %q", &k.stdout)
	}
	if err := exec.Command("sh", "-c", "kill "+k.stderr.String()).Run(); err != nil {
		t.Errorf("end the sleep: %v", err)
	}
}

// Giving the input to a keeper leaves it so that leaving the screen wakes a write that nobody reads.
func TestKeptInputStopsWithAWriteUnderWay(t *testing.T) {
	k := startKept(t, "exec sleep 60")
	if _, err := k.input.Write(bytes.Repeat([]byte("x"), 1<<20)); err != nil {
		t.Fatal(err)
	}
	time.Sleep(10 * time.Millisecond) // for the write to fill the pipe
	k.input.stop()
	_ = k.cmd.Process.Kill()
	_ = k.cmd.Wait() // it was killed
	k.wait(time.Minute)
}
