package hook

import (
	"runtime"
	"syscall"
)

func init() {
	checkOffsets()
	ringSize = ringSizeFor(runtime.GOMAXPROCS(0))
	if server, _ := syscall.Getenv("GOAPPTRACE_SERVER"); server != "" {
		SetMode(ModeOn)
	}
}
