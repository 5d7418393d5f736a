// Command busy makes as many calls as it can, of all kinds, until it is ended. It writes its process ID to the file that
// its argument names.
package main

import (
	"errors"
	"fmt"
	"log"
	"os"
	"strconv"
	"time"
)

func main() {
	if err := os.WriteFile(os.Args[1], strconv.AppendInt(nil, int64(os.Getpid()), 10), 0o600); err != nil {
		log.Fatal(err)
	}
	go talk()
	go crowd()
	for range 2 {
		go hot()
	}
	select {}
}

// hot is what the tool pins to full detail.
func hot() {
	for i := 0; ; i++ {
		hotOuter(i)
	}
}

func hotOuter(n int) (sum int) {
	for i := range 10 {
		sum += hotLeaf(n + i)
	}
	drowned(n)
	return sum
}

//go:noinline
func hotLeaf(n int) int {
	for i := range 3 {
		n += i
	}
	return n
}

// drowned makes what the agent may count instead.
func drowned(n int) (sum int) {
	for i := range 5 {
		sum += drop(n * i)
	}
	return sum
}

//go:noinline
func drop(n int) int {
	for i := range 3 {
		n ^= i
	}
	return n
}

// crowd starts a goroutine after the other, each of which fails in its own way.
func crowd() {
	for i := 0; ; i++ {
		done := make(chan bool)
		go member(i, done)
		<-done
		if i%100 == 0 {
			time.Sleep(10 * time.Millisecond)
		}
	}
}

func member(n int, done chan bool) {
	defer close(done)
	defer func() { _ = recover() }()
	if descend(n%20) != nil {
		panic("on purpose")
	}
}

var errDeep = errors.New("too deep")

func descend(n int) error {
	if n == 0 {
		return nil
	}
	if n > 15 {
		return errDeep
	}
	return descend(n - 1)
}

// talk prints and logs.
func talk() {
	for i := 0; ; i++ {
		fmt.Println("line", i)
		log.Println("entry", i)
		time.Sleep(5 * time.Millisecond)
	}
}
