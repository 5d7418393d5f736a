// Command crash works for a moment, then panics some calls deep: it shows what is seen of a program that dies.
package main

import (
	"flag"
	"fmt"
	"time"
)

var floors = []string{"attic", "hall", "cellar"}

func main() {
	after := flag.Duration("after", 2*time.Second, "how long to work before the panic")
	flag.Parse()
	end := time.Now().Add(*after)
	for n := 1; time.Now().Before(end); n++ {
		fmt.Println("round", n, "gives", work(10+n%10))
		time.Sleep(100 * time.Millisecond)
	}
	descend(5)
}

// work does something that takes a while and shows.
func work(n int) int {
	if n < 2 {
		return n
	}
	return work(n/2) + work(n-1)
}

// descend panics at the end of a few calls, on an index out of range.
func descend(depth int) {
	if depth > 0 {
		descend(depth - 1)
		return
	}
	fmt.Println("the bottom is the", floors[depth+len(floors)])
}
