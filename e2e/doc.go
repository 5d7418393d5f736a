// Package e2e tests the whole program as a user has it: in a terminal, with keys, on a real traced program.
// Its tests need tmux; begin with start in screen_test.go.
package e2e
