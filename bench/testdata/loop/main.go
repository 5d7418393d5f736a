// Command loop calls one function so many times, and prints how many ns a call took.
package main

import (
	"fmt"
	"os"
	"strconv"
	"time"
)

var sink int

func main() {
	n, err := strconv.Atoi(os.Args[1])
	if err != nil {
		fmt.Fprintln(os.Stderr, "loop:", err)
		os.Exit(2)
	}
	began := time.Now()
	for range n {
		call()
	}
	fmt.Printf("%.3f\n", float64(time.Since(began).Nanoseconds())/float64(n))
}

//go:noinline
func call() { sink++ }
