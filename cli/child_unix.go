//go:build unix

package cli

import (
	"os"
	"os/exec"
	"syscall"

	"golang.org/x/sys/unix"
)

// forwarded are the signals that the program gets when we do.
var forwarded = []os.Signal{
	syscall.SIGINT, syscall.SIGTERM, syscall.SIGHUP, syscall.SIGQUIT, syscall.SIGUSR1, syscall.SIGUSR2,
}

// apart puts the program into a process group of its own, out of the terminal's reach.
func apart(cmd *exec.Cmd) { cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true} }

// fromTerminal says whether sig is one that the terminal sends to every process in its foreground, the program included.
// A signal that somebody else sent to us alone at such a time can't be told from it.
func fromTerminal(sig os.Signal) bool {
	if sig != syscall.SIGINT && sig != syscall.SIGQUIT {
		return false
	}
	tty, err := os.Open("/dev/tty")
	if err != nil {
		return false
	}
	defer tty.Close()
	group, err := unix.IoctlGetInt(int(tty.Fd()), unix.TIOCGPGRP)
	return err == nil && group == unix.Getpgrp()
}

// killGroup ends the program and, when it is the head of a group of its own, whatever it has started there.
func killGroup(p *os.Process, group bool) {
	if group {
		_ = syscall.Kill(-p.Pid, syscall.SIGKILL) // fails when none is left
	}
	_ = p.Kill()
}

// endedBy is the signal that ended the program, 0 for none.
func endedBy(state *os.ProcessState) syscall.Signal {
	if ws, ok := state.Sys().(syscall.WaitStatus); ok && ws.Signaled() {
		return ws.Signal()
	}
	return 0
}
