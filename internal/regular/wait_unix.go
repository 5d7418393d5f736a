//go:build unix

package regular

import "syscall"

// dontWait has open return at once, whatever it is that is opened.
const dontWait = syscall.O_NONBLOCK
