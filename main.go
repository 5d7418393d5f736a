// Command goapptrace shows a Go program's function calls live, in the terminal.
package main

func main() {}
