package main

import (
	"fmt"
	"io"
	"log"
	"os"
	"strings"
	"sync/atomic"
	"time"
)

// work prints more than any pipe holds, computes, and writes down what came of it and whether its input has ended.
func work() {
	out, err := os.Create(os.Args[2])
	if err != nil {
		log.Fatal(err)
	}
	var ended atomic.Bool
	go func() {
		_, _ = io.Copy(io.Discard, os.Stdin)
		ended.Store(true)
	}()
	for i := range 500 {
		time.Sleep(time.Millisecond)
		for range 10 {
			count(outerCalls)
			outer()
		}
		_, err := fmt.Println("round", i, strings.Repeat("x", 4096))
		fmt.Fprintln(os.Stderr, "round", i)
		fmt.Fprintln(out, i, outer(), err, ended.Load())
	}
	if err := out.Close(); err != nil {
		log.Fatal(err)
	}
	ending()
	os.Exit(7)
}
