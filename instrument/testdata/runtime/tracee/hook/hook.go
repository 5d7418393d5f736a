// Package hook stands in for the real one: it writes each event as a line into the file that HOOKLOG names.
package hook

import (
	"os"
	"runtime"
	"strconv"
	"sync"
)

// Func is an instrumented function.
type Func struct{ name string }

var (
	mu  sync.Mutex
	out *os.File
)

func init() {
	if path := os.Getenv("HOOKLOG"); path != "" {
		out, _ = os.OpenFile(path, os.O_APPEND|os.O_CREATE|os.O_WRONLY, 0o666)
	}
}

func say(words string) {
	if out != nil {
		out.WriteString(words + "\n")
	}
}

// Enter logs a call.
func Enter(f *Func) *Func {
	if out == nil {
		return nil
	}
	mu.Lock()
	defer mu.Unlock()
	if f.name == "" {
		var pcs [2]uintptr
		frame, _ := runtime.CallersFrames(pcs[:runtime.Callers(2, pcs[:])]).Next()
		f.name = frame.Function + ":" + strconv.Itoa(frame.Line)
	}
	say("enter " + f.name)
	if os.Getenv("HOOKGOIDS") != "" {
		sayGoid()
	}
	return f
}

// Open tells a nil.
func (f *Func) Open() bool { return f != nil }

// Leave logs the end of a call.
func (f *Func) Leave() {
	mu.Lock()
	defer mu.Unlock()
	say("leave " + f.name)
}

// LeaveError logs the end of a call that may have failed.
func (f *Func) LeaveError(err *error) {
	if *err == nil {
		f.Leave()
		return
	}
	text := (*err).Error() // which may have a hook
	mu.Lock()
	defer mu.Unlock()
	say("fail " + f.name + ": " + text)
}

// Span logs the test that a call belongs to.
func (f *Func) Span(test interface{ Name() string }) {
	defer func() { _ = recover() }() // a nil one
	Say("span " + f.name + ": " + test.Name())
}

// Say logs what package values has to say.
func Say(words string) {
	mu.Lock()
	defer mu.Unlock()
	say(words)
}

// Unhooked logs how many functions of a file have no hook.
func Unhooked(n int) int {
	say("unhooked " + strconv.Itoa(n))
	return n
}

// MainDone logs the end of main.
func MainDone() { say("main done") }

// Exiting logs an exit.
func Exiting(code int) int {
	say("exiting " + strconv.Itoa(code))
	return code
}

// ExitingLater logs an exit when it comes.
func ExitingLater(exit func(int)) func(int) {
	return func(code int) { exit(Exiting(code)) }
}

// Fatal logs an exit.
func Fatal(values ...any) []any {
	say("exiting 1")
	return values
}
