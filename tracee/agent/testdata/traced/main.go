// Command traced is a program with hooks as the instrumenter inserts them. What it does is its first argument.
package main

import (
	"fmt"
	"net"
	"os"
	"sync"
	"syscall"
	"time"

	_ "goapptrace/tracee/agent"
	"goapptrace/tracee/hook"
)

var f [8]hook.Func

func init() {
	if t := hook.Enter(&f[0]); t.Open() {
		defer t.Leave()
	}
}

func main() {
	defer hook.MainDone()
	if t := hook.Enter(&f[1]); t.Open() {
		defer t.Leave()
	}
	fmt.Println("hello")
	for range 1000 {
		call()
	}
	switch os.Args[1] {
	case "exit":
		fmt.Fprintln(os.Stderr, "failed")
		os.Exit(hook.Exiting(3))
	case "panic":
		panic("on purpose")
	case "alien": // an environment and descriptors that somebody else cleaned up
		os.Clearenv()
		_ = os.Chdir("/")
		for fd := range 3 {
			_ = syscall.Close(fd)
		}
		call()
	case "stream": // until stdin is closed
		closed := make(chan struct{})
		go func() {
			_, _ = os.Stdin.Read(make([]byte, 1))
			close(closed)
		}()
		for open := true; open; {
			for range 100 {
				call()
			}
			select {
			case <-closed:
				open = false
			case <-time.After(time.Millisecond):
			}
		}
		fmt.Println("bye")
	case "flood": // more than anybody can take
		for range 10_000_000 {
			call()
		}
		fmt.Println("dry")
	case "tides": // as much, from several goroutines at once, but with time to react in between
		const waves, goroutines = 10, 4
		for range waves {
			var wg sync.WaitGroup
			for range goroutines {
				wg.Go(func() {
					for range 10_000_000 / waves / goroutines {
						call()
					}
				})
			}
			wg.Wait()
			time.Sleep(200 * time.Millisecond)
		}
	case "facts":
		facts()
	case "secret":
		_, _ = show(os.Args[2])
		panic("lost " + os.Args[2])
	case "deadlock":
		go func() {
			var mu sync.Mutex
			mu.Lock()
			call()
			mu.Lock()
		}()
		var wg sync.WaitGroup
		wg.Add(1)
		wg.Wait()
	case "ticks": // of the length given, as many as given
		length, _ := time.ParseDuration(os.Args[2])
		ticker := time.NewTicker(length)
		for range len(os.Args[3]) {
			<-ticker.C
			call()
		}
	case "accept": // until somebody connects to the socket given
		ln, err := net.Listen("unix", os.Args[2])
		if err == nil {
			_, err = ln.Accept()
		}
		fmt.Println(err)
		call()
	}
}

//go:noinline
func call() {
	if t := hook.Enter(&f[2]); t.Open() {
		defer t.Leave()
	}
}
