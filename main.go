// Command goapptrace shows a Go program's function calls live, in the terminal.
package main

import (
	"os"

	"goapptrace/cli"
)

func main() { os.Exit(cli.Main(os.Args[1:], runtimeSources)) }
