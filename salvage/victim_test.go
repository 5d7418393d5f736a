package salvage_test

import (
	"fmt"
	"os"
	"runtime"
	"sync/atomic"
	"syscall"
	"testing"
	"time"
	"unsafe"

	_ "goapptrace/tracee/agent"
	"goapptrace/tracee/hook"
)

// victimMode in the environment makes this test binary a traced program. What it counts lies in the file that victimCount names.
const (
	victimMode  = "SALVAGE_VICTIM"
	victimCount = "SALVAGE_COUNT"
)

func TestMain(m *testing.M) {
	if mode := os.Getenv(victimMode); mode != "" {
		victim(mode)
		os.Exit(0)
	}
	os.Exit(m.Run())
}

// workers is how many goroutines of the victim make calls.
const workers = 3

// counts are what the victim has done, readable after its death.
type counts [1 + workers]atomic.Int64

// outset is where the victim counts that it has begun to work; the workers count their calls behind it.
const outset = 0

func openCounts(path string) *counts {
	f, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE, 0o600)
	if err == nil {
		defer f.Close()
		err = f.Truncate(4096)
	}
	if err != nil {
		panic(err)
	}
	mem, err := syscall.Mmap(int(f.Fd()), 0, 4096, syscall.PROT_READ|syscall.PROT_WRITE, syscall.MAP_SHARED)
	if err != nil {
		panic(err)
	}
	return (*counts)(unsafe.Pointer(&mem[0]))
}

var hooks [8]hook.Func

// victim makes calls until it is killed, or ends by itself in a way that no hook sees.
func victim(mode string) {
	made := openCounts(os.Getenv(victimCount))
	for w := range workers {
		go func() {
			for i := 0; ; i++ {
				made[1+w].Add(1)
				step(i)
				if mode != "flood" && i%64 == 0 {
					time.Sleep(20 * time.Microsecond)
				}
			}
		}()
	}
	made[outset].Store(1)
	switch mode {
	case "panic":
		time.Sleep(30 * time.Millisecond)
		go lastWords("panic in another goroutine")
	case "early":
		lastWords("early panic")
	case "exit": // as foreign code would: nobody has put a hook there
		time.Sleep(30 * time.Millisecond)
		final()
		os.Exit(7)
	}
	time.Sleep(time.Hour)
}

//go:noinline
func step(i int) int {
	if t := hook.Enter(&hooks[0]); t.Open() {
		defer t.Leave()
	}
	return i + leaf(i)
}

//go:noinline
func leaf(i int) int {
	if t := hook.Enter(&hooks[1]); t.Open() {
		defer t.Leave()
	}
	return i / 2
}

// final and lastWords are called for the first time a moment before the end.
//
//go:noinline
func final() {
	if t := hook.Enter(&hooks[2]); t.Open() {
		defer t.Leave()
	}
	runtime.KeepAlive(fmt.Sprint)
}

func lastWords(why string) {
	if t := hook.Enter(&hooks[3]); t.Open() {
		defer t.Leave()
	}
	panic(why)
}
