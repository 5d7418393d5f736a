//go:build !unix

package cli

import (
	"os"
	"os/exec"
	"syscall"
)

var forwarded = []os.Signal{os.Interrupt}

func apart(*exec.Cmd) {}

// fromTerminal: the console sends interrupts to every process that shares it.
func fromTerminal(os.Signal) bool { return true }

func killGroup(p *os.Process, _ bool) { _ = p.Kill() }

func endedBy(*os.ProcessState) syscall.Signal { return 0 }
