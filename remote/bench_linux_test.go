package remote

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"sync/atomic"
	"testing"
	"time"

	"golang.org/x/sys/unix"

	"goapptrace/internal/bigstore"
	"goapptrace/ui"
)

// How long it is waited until what tabs work out at first is there, for how long viewers are measured then, and with how many keys.
const (
	benchSettle  = 10 * time.Second
	benchMeasure = 10 * time.Second
	benchKeys    = 100
)

// fedTime is how long the thread that feeds the store has used a processor, as of its last batch.
var fedTime atomic.Int64

// BenchmarkRemote has one viewer, and fifty, look over SSH at a session with ten million calls to which a million events a second come, with
// 120×36 cells each. The viewers' clients are a process of their own. It measures what a viewer's connection carries, SSH's part included, the
// share of a core that the server takes for each beside what taking in the events needs, memory, and the time from a key
// that opens the prompt of the filter to the first byte that shows it.
func BenchmarkRemote(b *testing.B) {
	store := bigstore.New(bigstore.Size{Calls: 10_000_000, Functions: 50_000, Goroutines: 10_000, Sessions: 1, Rate: 1_000_000}, time.Now())
	store.Fed = func() { fedTime.Store(int64(clockTime(unix.CLOCK_THREAD_CPUTIME_ID))) }
	tabs := []string{"calls", "functions", "goroutines", "flame", "timeline", "packets", "output", "watch"}
	for i, name := range tabs {
		b.Run("1/"+name, func(b *testing.B) { measureViewers(b, store, 1, fmt.Sprint(i+1)) })
	}
	b.Run("50/calls", func(b *testing.B) { measureViewers(b, store, 50, "1") })
	b.Run("50/all tabs", func(b *testing.B) { measureViewers(b, store, 50, "12345678") })
}

// clockTime is what a clock of processor time says.
func clockTime(clock int32) time.Duration {
	var t unix.Timespec
	if err := unix.ClockGettime(clock, &t); err != nil {
		return 0
	}
	return time.Duration(t.Nano())
}

// othersTime is how long the process has used processors, but for what feeds the store.
func othersTime() time.Duration {
	return clockTime(unix.CLOCK_PROCESS_CPUTIME_ID) - time.Duration(fedTime.Load())
}

// effort is the share of a core that the process takes for a while beside what feeds the store.
func effort(wait time.Duration) float64 {
	began, used := time.Now(), othersTime()
	time.Sleep(wait)
	return (othersTime() - used).Seconds() / time.Since(began).Seconds()
}

// memory is what the process needs, in bytes.
func memory() float64 {
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return float64(m.HeapAlloc + m.StackInuse)
}

func measureViewers(b *testing.B, store *bigstore.Store, n int, tabs string) {
	dir := b.TempDir()
	private, signer := newPrivateKey(b)
	keys := filepath.Join(dir, "authorized_keys")
	if err := os.WriteFile(keys, []byte(line(signer, "", "viewer")), 0o600); err != nil {
		b.Fatal(err)
	}
	server, err := Listen(b.Context(), Config{
		Addr: "127.0.0.1:0", HostKey: filepath.Join(dir, "host_key"), AuthorizedKeys: keys,
		Screen: func(Viewer) ui.Config { return ui.Config{Store: store.Store, Theme: ui.ThemeDark} },
	})
	if err != nil {
		b.Fatal(err)
	}
	before := memory()
	fedTime.Store(0)
	stop := store.Feed()
	for fedTime.Load() == 0 {
		time.Sleep(time.Millisecond)
	}
	others := effort(benchSettle / 2)
	v := startViewers(b, viewersOrder{server.Addr(), private, n, tabs})
	for b.Loop() {
		time.Sleep(benchSettle)
		v.ask(b, "measure")
		took := effort(benchMeasure)
		got := v.ask(b, "tell")
		each := benchMeasure.Seconds() * float64(n)
		b.ReportMetric(float64(got.Bytes)/1024/each, "KiB/s")
		b.ReportMetric(float64(got.Reads)/each, "reads/s")
		b.ReportMetric(100*(took-others)/float64(n), "core-%")
		if answers := v.ask(b, "keys").Answers; len(answers) > 0 {
			b.ReportMetric(float64(answers[len(answers)/2].Nanoseconds())/1e6, "p50-key-ms")
			b.ReportMetric(float64(answers[len(answers)*99/100].Nanoseconds())/1e6, "p99-key-ms")
		}
	}
	b.ReportMetric(stop(), "events/s")
	b.ReportMetric((memory()-before)/float64(n)/1024, "KiB/viewer")
	b.ReportMetric(0, "ns/op")
	if got := len(server.Viewers()); got != n {
		b.Errorf("%d of %d viewers are left", got, n)
	}
	v.end(b)
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	if err := server.Shutdown(ctx); err != nil {
		b.Error(err)
	}
}

// viewersOrder is what the process of the viewers is told first, viewersAnswer what it answers to each word after that.
type (
	viewersOrder struct {
		Addr, Key string
		N         int
		Tabs      string // the key that each begins with, in turn
	}
	viewersAnswer struct {
		Bytes, Reads int64
		Answers      []time.Duration // sorted
	}
)

// viewers are the other process.
type viewers struct {
	command *exec.Cmd
	words   *json.Encoder
	input   io.Closer
	answers *json.Decoder
}

const viewersVariable = "GOAPPTRACE_TEST_VIEWERS"

func startViewers(b *testing.B, order viewersOrder) *viewers {
	v := &viewers{command: exec.Command(os.Args[0], "-test.run", "^TestViewersProcess$")}
	v.command.Env = append(os.Environ(), viewersVariable+"=1")
	v.command.Stderr = os.Stderr
	input, err := v.command.StdinPipe()
	if err != nil {
		b.Fatal(err)
	}
	output, err := v.command.StdoutPipe()
	if err != nil {
		b.Fatal(err)
	}
	if err := v.command.Start(); err != nil {
		b.Fatal(err)
	}
	v.words, v.input, v.answers = json.NewEncoder(input), input, json.NewDecoder(output)
	if err := v.words.Encode(order); err != nil {
		b.Fatal(err)
	}
	v.hear(b)
	return v
}

func (v *viewers) ask(b *testing.B, word string) viewersAnswer {
	b.Helper()
	if err := v.words.Encode(word); err != nil {
		b.Fatal(err)
	}
	return v.hear(b)
}

func (v *viewers) hear(b *testing.B) (a viewersAnswer) {
	b.Helper()
	if err := v.answers.Decode(&a); err != nil {
		b.Fatal(err)
	}
	return a
}

func (v *viewers) end(b *testing.B) {
	_ = v.input.Close()
	if err := v.command.Wait(); err != nil {
		b.Error(err)
	}
}
