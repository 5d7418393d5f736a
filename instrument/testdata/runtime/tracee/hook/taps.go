package hook

import (
	"fmt"
	"strings"
	_ "unsafe" // for linkname
)

//go:linkname logTap goapptrace.logTap
var logTap = func(line []byte) {
	mu.Lock()
	defer mu.Unlock()
	say(fmt.Sprintf("log %q", line))
}

//go:linkname slogTap goapptrace.slogTap
var slogTap = func(level, message string, attrs []string) {
	mu.Lock()
	defer mu.Unlock()
	say(strings.TrimSpace(fmt.Sprintf("slog %s %q %s", level, message, strings.Trim(fmt.Sprintf("%q", attrs), "[]"))))
}

//go:linkname tapped goapptrace.tapped
var tapped = func() bool { return out != nil }
