// Command hello greets its arguments and ends at once: the shortest program worth tracing.
package main

import (
	"fmt"
	"os"
	"strings"
)

func main() {
	fmt.Println(greeting(os.Args[1:]))
}

func greeting(names []string) string {
	if len(names) == 0 {
		return greet("world")
	}
	return greet(strings.Join(names, " and "))
}

func greet(name string) string { return fmt.Sprintf("Hello, %s!", name) }
