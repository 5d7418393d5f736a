package hook

import (
	"errors"
	"runtime"
	"testing"
)

var noMap map[string]int

// What main is ended by is known, where that is a panic.
func TestPanicking(t *testing.T) {
	if panicArg < 0 {
		t.Fatal("what a panic is given was not found")
	}
	failure := errors.New("failure")
	for name, tt := range map[string]struct {
		main func()
		want any
	}{
		"return":    {func() {}, nil},
		"panic":     {func() { panic(failure) }, failure},
		"number":    {func() { panic(17) }, 17},
		"runtime":   {func() { noMap["x"]++ }, "assignment to entry in nil map"},
		"goexit":    {runtime.Goexit, nil},
		"recovered": {func() { defer func() { _ = recover() }(); panic(failure) }, nil},
		"second":    {func() { defer func() { panic("second") }(); panic(failure) }, "second"},
	} {
		t.Run(name, func(t *testing.T) {
			panicked.Store(nil)
			ended := make(chan struct{})
			go func() { // as main would be
				defer close(ended)
				defer func() { _ = recover() }()
				defer MainDone()
				tt.main()
			}()
			<-ended
			got, ok := Panicking()
			panicked.Store(nil)
			if err, is := got.(runtime.Error); is {
				got = err.Error()
			}
			if got != tt.want || ok != (tt.want != nil) {
				t.Errorf("panicking %v, with %v; want %v", ok, got, tt.want)
			}
		})
	}
}
