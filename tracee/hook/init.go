package hook

import (
	"runtime"
	"syscall"
)

func init() {
	checkOffsets()
	ringSize = ringSizeFor(runtime.GOMAXPROCS(0))
	errorTexts = environment("GOAPPTRACE_ERRORS") == "1"
	redactions = patterns(environment("GOAPPTRACE_REDACT"))
	if server, _ := syscall.Getenv("GOAPPTRACE_SERVER"); server != "" {
		if dir, _ := syscall.Getenv("GOAPPTRACE_RINGS"); dir != "" {
			openShared(dir)
			prepareRing()
		}
		SetMode(ModeOn)
	}
}
