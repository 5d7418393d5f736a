//go:build unix

package session

import (
	"bufio"
	"bytes"
	"fmt"
	"log/slog"
	"net"
	"os"
	"os/exec"
	"runtime"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"goapptrace/protocol"
)

const (
	floodSize = 10_000

	// floodEnv makes the test binary a flood: "host:port connections addresses".
	floodEnv = "GOAPPTRACE_TEST_FLOOD"
)

// TestFlooder is no test but the other end of a flood, in a process with file descriptors of its own.
func TestFlooder(t *testing.T) {
	var to string
	var size, addresses int
	if _, err := fmt.Sscan(os.Getenv(floodEnv), &to, &size, &addresses); err != nil {
		t.Skip("not asked for")
	}
	conns := make([]net.Conn, 0, size)
	for n := range size {
		conn, err := floodDialer(n%addresses).Dial("tcp", to)
		if err != nil {
			t.Fatal(err)
		}
		conns = append(conns, conn)
	}
	fmt.Println("flooded")
	_, _ = os.Stdin.Read(make([]byte, 1)) // until the test is done
	for _, conn := range conns {
		_ = conn.Close()
	}
}

// flood opens connections that say nothing, from so many addresses, and holds them until the test's end.
func flood(t *testing.T, srv *Server, size, addresses int) {
	t.Helper()
	cmd := exec.Command(os.Args[0], "-test.run=^TestFlooder$")
	to := strings.TrimPrefix(srv.Addrs()[0], "tcp://")
	cmd.Env = append(os.Environ(), fmt.Sprintf("%s=%s %d %d", floodEnv, to, size, addresses))
	cmd.Stderr = os.Stderr
	stdin, err := cmd.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	stdout, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = stdin.Close(); _ = cmd.Wait() })
	out := bufio.NewScanner(stdout)
	for out.Scan() {
		if out.Text() == "flooded" {
			return
		}
		t.Log(out.Text())
	}
	t.Fatal("the flood ended early")
}

// affordable is how many connections this process can have, floodSize if it can.
func affordable(t *testing.T) int {
	t.Helper()
	const others = 500 // files
	var limit syscall.Rlimit
	if err := syscall.Getrlimit(syscall.RLIMIT_NOFILE, &limit); err != nil {
		t.Fatal(err)
	}
	if size := min(floodSize, int(limit.Cur)-others); size < floodSize {
		t.Logf("%d connections instead of %d: the system allows %d files a process", size, floodSize, limit.Cur)
		return size
	}
	return floodSize
}

// TestSilentFlood guards: ten thousand connections that say nothing cost at most 4 KiB each, and a program has its session meanwhile.
func TestSilentFlood(t *testing.T) {
	const bound = 4 << 10 // bytes, heap and stacks and what the runtime keeps of them
	size := affordable(t)
	srv, err := Listen(t.Context(), Config{
		Listen: []string{"tcp://127.0.0.1:0"},
		Limits: Limits{Unauthenticated: 2 * floodSize, PerAddress: 2 * floodSize, Handshake: 10 * time.Minute},
	})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = srv.Close() })
	other := startProgram(t, srv)
	before := inUse()
	flood(t, srv, size, 200)
	waitFor(t, func() bool { return srv.Stats().Unauthenticated == size })
	each := (inUse() - before) / size
	t.Logf("%d connections cost %d bytes each", size, each)
	if each > bound && !raceDetector { // which needs memory of its own
		t.Errorf("a connection that says nothing costs %d bytes, over %d", each, bound)
	}
	checkServes(t, srv, srv.Addrs()[0])
	other.checkWhole()
}

// TestSilentFloodAtDefaults guards: with the limits as they are a flood from many addresses or one is held small, and a program has its session meanwhile.
func TestSilentFloodAtDefaults(t *testing.T) {
	for _, addresses := range []int{1, 1000} {
		t.Run(strconv.Itoa(addresses), func(t *testing.T) {
			size := min(affordable(t), 3000)
			var log bytes.Buffer
			srv, err := Listen(t.Context(), Config{Listen: []string{"tcp://127.0.0.1:0"}, Log: slog.New(slog.NewTextHandler(&log, nil))})
			if err != nil {
				t.Fatal(err)
			}
			t.Cleanup(func() { _ = srv.Close() })
			other := startProgram(t, srv)
			before := runtime.NumGoroutine()
			flood(t, srv, size, addresses)
			waitFor(t, func() bool { return srv.Stats().Accepted == uint64(size)+1 }) // with the program
			checkServes(t, srv, srv.Addrs()[0])
			most := DefaultLimits().Unauthenticated
			waitFor(t, func() bool { return runtime.NumGoroutine() <= before+most })
			stats := srv.Stats()
			if stats.Unauthenticated > most || stats.Dropped[CauseEvicted]+stats.Dropped[CausePenalty] < uint64(size-most) {
				t.Errorf("the flood counts as %+v", stats)
			}
			other.checkWhole()
			_ = srv.Close()
			if lines := strings.Count(log.String(), "\n"); lines > 50 || !strings.Contains(log.String(), "evicted=") {
				t.Errorf("%d lines of log:\n%s", lines, &log)
			}
		})
	}
}

// inUse is what Go's memory comes to in bytes: heap, stacks, and what the runtime itself needs.
func inUse() int {
	runtime.GC()
	runtime.GC() // what the first one has found dead is free
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return int(m.HeapAlloc + m.StackInuse + m.MSpanInuse + m.MCacheInuse + m.OtherSys)
}

// program is one that is traced while others are flooding.
type program struct {
	t      *testing.T
	conn   net.Conn
	events *consumer
	stop   chan struct{}
	sent   chan int
}

// startProgram establishes a session and sends Logs, one every few milliseconds.
func startProgram(t *testing.T, srv *Server) *program {
	t.Helper()
	conn, err := net.Dial("tcp", strings.TrimPrefix(srv.Addrs()[0], "tcp://"))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := conn.Write(frameOf(t, helloOf("1.1"))); err != nil {
		t.Fatal(err)
	}
	go discard(conn)
	p := &program{t, conn, consume(t, <-srv.Sessions()), make(chan struct{}), make(chan int, 1)}
	go p.run()
	return p
}

func (p *program) run() {
	tick := time.NewTicker(5 * time.Millisecond)
	defer tick.Stop()
	for n := 0; ; n++ {
		select {
		case <-p.stop:
			_, _ = p.conn.Write(frameOf(p.t, &protocol.ShutdownPacket{}))
			p.sent <- n
			return
		case <-tick.C:
			if _, err := p.conn.Write(frameOf(p.t, &protocol.LogPacket{Time: int64(n)})); err != nil {
				p.sent <- n // the session's end says more
				return
			}
		}
	}
}

// checkWhole ends the program and checks that all it sent has arrived.
func (p *program) checkWhole() {
	p.t.Helper()
	close(p.stop)
	sent := <-p.sent
	if end := p.events.end(); end.State != protocol.StateClosed {
		p.t.Errorf("the program's session ended %v %q", end.State, end.Reason)
	}
	checkLogs(p.t, p.events.all(), sent)
	_ = p.conn.Close()
}
