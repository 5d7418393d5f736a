// Package faults holds no code but tests: real traced programs and real viewers are killed, stopped, starved and fed
// with nonsense, and the program must behave as it does without hooks.
//
// go test ./faults runs a short form. The long one, make soak, also says what it measured:
//
//	go test ./faults -count=1 -v -timeout 1h -soak
package faults
