// Command victim is the program that the fault tests trace. It counts its calls where they can be read after any death.
package main

import (
	"bufio"
	"fmt"
	"log"
	"os"
	"os/exec"
	"runtime"
	"strings"
	"sync"
	"syscall"
	"time"
)

func main() {
	log.SetFlags(0)
	ledger[processID].Store(int64(os.Getpid()))
	fmt.Println("begin", os.Args[1])
	fmt.Fprintln(os.Stderr, "errors go here")
	burst(100)
	switch os.Args[1] {
	case "serve":
		serve()
	case "work":
		work()
	case "return":
		ending()
	case "exec": // another program takes over the process
		ending()
		err := syscall.Exec(program(), []string{"victim", "return"}, os.Environ())
		log.Fatal(err)
	case "children":
		children()
		ending()
	case "deadlock":
		ending()
		<-make(chan bool)
	case "wait":
		fmt.Println("ready")
		time.Sleep(time.Hour)
	default:
		crowd(ends[os.Args[1]])
	}
}

func program() string {
	path, err := os.Executable()
	if err != nil {
		log.Fatal(err)
	}
	return path
}

// children starts programs that end by themselves, one after the other.
func children() {
	for _, mode := range []string{"return", "exit", "panic"} {
		child := exec.Command(program(), mode)
		child.Stdout, child.Stderr = os.Stdout, os.Stderr
		fmt.Println(mode, "ended with", child.Run())
	}
}

// ends are what a thousand goroutines do at once.
var ends = map[string]func(){
	"exit":   func() { os.Exit(3) },
	"panic":  func() { panic("on purpose") },
	"fault":  func() { *(*int)(nil) = 1 },
	"fatal":  func() { log.Fatal("fatal on purpose") },
	"unlock": func() { new(sync.Mutex).Unlock() },
	"goexit": runtime.Goexit,
}

// crowd lets a thousand goroutines end in the same way at the same time. If they leave the program alive, main returns.
func crowd(end func()) {
	const goroutines = 1000
	var ready, gone sync.WaitGroup
	start := make(chan bool)
	ready.Add(goroutines)
	gone.Add(goroutines)
	for range goroutines {
		go member(&ready, &gone, start, end)
	}
	ready.Wait()
	if os.Getenv("VICTIM_PROBE") != "" {
		go gaps(time.Hour)
	}
	ending()
	close(start)
	gone.Wait()
	fmt.Println("all are gone")
}

func member(ready, gone *sync.WaitGroup, start chan bool, end func()) {
	defer gone.Done()
	count(outerCalls)
	outer()
	ready.Done()
	<-start
	end()
}

// serve does what it is told, line by line, until its input ends.
func serve() {
	stop := func() {}
	for in := bufio.NewScanner(os.Stdin); in.Scan(); {
		var n int
		switch word, _, _ := strings.Cut(in.Text(), " "); word {
		case "flood":
			stop = flood()
		case "stop":
			stop()
		case "burst":
			fmt.Sscanf(in.Text(), "burst %d", &n)
			burst(n)
		case "gaps":
			fmt.Sscanf(in.Text(), "gaps %d", &n)
			gaps(time.Duration(n) * time.Millisecond)
		}
		fmt.Println("done", in.Text())
	}
	ending()
	fmt.Println("bye")
}

// flood makes calls on two goroutines until it is stopped.
func flood() (stop func()) {
	var working sync.WaitGroup
	end := make(chan bool)
	for range 2 {
		working.Add(1)
		go func() {
			defer working.Done()
			p := newProbe()
			defer p.end()
			for {
				select {
				case <-end:
					return
				default:
					count(outerCalls)
					outer()
					p.step()
				}
			}
		}()
	}
	return func() {
		close(end)
		working.Wait()
	}
}

func burst(n int) {
	for range n {
		count(outerCalls)
		outer()
	}
}

//go:noinline
func outer() (sum int) {
	for i := range 100 {
		count(leafCalls)
		sum += leaf(i)
	}
	return sum
}

//go:noinline
func leaf(n int) int {
	for i := range 3 {
		n += i
	}
	return n
}
