package remote

import (
	"bufio"
	"fmt"
	"net"
	"os"
	"os/exec"
	"runtime"
	"syscall"
	"testing"
	"time"
)

// What connections may cost that say nothing, and how many there are for the test.
const (
	silentCost  = 4 << 10 // bytes each
	silentFlood = 10_000
)

// floodVariable makes the test binary a flood, of so many connections to an address.
const floodVariable = "GOAPPTRACE_TEST_SSH_FLOOD"

// TestFloodProcess is the other end, in a process with file descriptors of its own.
func TestFloodProcess(t *testing.T) {
	var n int
	var addr string
	if _, err := fmt.Sscan(os.Getenv(floodVariable), &n, &addr); err != nil {
		t.Skip("nobody asked for a flood")
	}
	for i := range n {
		from := net.IPv4(127, 1, byte(i/250), byte(1+i%250))
		c, err := (&net.Dialer{LocalAddr: &net.TCPAddr{IP: from}}).DialContext(t.Context(), "tcp", addr)
		if err != nil {
			t.Fatal(err)
		}
		defer c.Close()
	}
	fmt.Println("flooded")
	_, _ = os.Stdin.Read(make([]byte, 1)) // until the test is done
}

func TestTenThousandConnectionsThatSayNothing(t *testing.T) {
	n := silentFlood
	var files syscall.Rlimit
	if err := syscall.Getrlimit(syscall.RLIMIT_NOFILE, &files); err != nil {
		t.Fatal(err)
	}
	if most := int(files.Cur) - 500; n > most {
		t.Logf("%d connections instead of %d: the system allows %d files a process", most, n, files.Cur)
		n = most
	}
	h := open(t, func(_ *house, c *Config) {
		c.Limits.Unauthenticated, c.Limits.Handshake = 2*n, 10*time.Minute
	})
	other := h.watch(h.must(h.watcher), 80, 24)
	other.waitFor("waiting")
	before := inUse()
	h.floodFromElsewhere(n)
	eventually(t, "all wait", func() bool { return h.server.Stats().Unauthenticated == n })
	each := (inUse() - before) / n
	t.Logf("%d connections cost %d bytes each", n, each)
	if each > silentCost && !raceDetector { // which needs memory of its own
		t.Errorf("a connection that says nothing costs %d bytes, over %d", each, silentCost)
	}
	other.typeIn("?")
	other.waitFor("Everywhere")
	late := h.watch(h.must(h.operator), 80, 24) // and somebody new comes in
	late.waitFor("waiting")
}

// floodFromElsewhere opens connections that say nothing, until the end of the test.
func (h *house) floodFromElsewhere(n int) {
	h.t.Helper()
	flood := exec.Command(os.Args[0], "-test.run=^TestFloodProcess$")
	flood.Env = append(os.Environ(), fmt.Sprintf("%s=%d %s", floodVariable, n, h.server.Addr()))
	flood.Stderr = os.Stderr
	input, err := flood.StdinPipe()
	if err != nil {
		h.t.Fatal(err)
	}
	output, err := flood.StdoutPipe()
	if err != nil {
		h.t.Fatal(err)
	}
	if err := flood.Start(); err != nil {
		h.t.Fatal(err)
	}
	h.t.Cleanup(func() {
		_ = input.Close()
		_ = flood.Wait()
	})
	for lines := bufio.NewScanner(output); lines.Scan(); {
		if lines.Text() == "flooded" {
			return
		}
	}
	h.t.Fatal("the flood has ended early")
}

// inUse is what this process uses of memory that the runtime knows of, in bytes.
func inUse() int {
	runtime.GC()
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return int(m.HeapInuse + m.StackInuse + m.MSpanInuse + m.OtherSys)
}
