// Command prog does what its first argument says. The command line's tests trace it.
package main

import (
	"fmt"
	"io"
	"os"
	"os/signal"
	"strconv"
	"syscall"
	"time"
)

func main() {
	verb, args := os.Args[1], os.Args[2:]
	switch verb {
	case "work":
		fmt.Println("sum", work(10))
	case "args":
		fmt.Printf("%q\n", args)
	case "cat":
		io.Copy(os.Stdout, os.Stdin)
	case "exit":
		n, _ := strconv.Atoi(args[0])
		os.Exit(n)
	case "panic":
		work(1)
		panic("out of order")
	case "kill":
		for range 100 { // long enough to be seen
			work(1)
			time.Sleep(5 * time.Millisecond)
		}
		syscall.Kill(os.Getpid(), syscall.SIGKILL)
		select {}
	case "signals":
		signals()
	case "loop":
		for {
			work(100)
			time.Sleep(time.Millisecond)
		}
	}
}

func work(n int) (sum int) {
	for i := range n {
		sum += step(i)
	}
	return sum
}

//go:noinline
func step(i int) int { return i * i }

// signals tells of the first signal that comes and of those right behind it, and ends.
func signals() {
	got := make(chan os.Signal, 8)
	signal.Notify(got, syscall.SIGINT, syscall.SIGTERM, syscall.SIGHUP, syscall.SIGUSR1)
	fmt.Println("ready")
	fmt.Println("got", <-got)
	for {
		select {
		case sig := <-got:
			fmt.Println("again", sig)
		case <-time.After(200 * time.Millisecond):
			os.Exit(7)
		}
	}
}
