package testtool

import (
	"runtime"
	"testing"
)

// fakeTB records how Need ended a test. The embedded interface is nil: nothing else may be called.
type fakeTB struct {
	testing.TB
	ended string
}

func (f *fakeTB) Helper()               {}
func (f *fakeTB) Fatalf(string, ...any) { f.ended = "failed"; runtime.Goexit() }
func (f *fakeTB) Skipf(string, ...any)  { f.ended = "skipped"; runtime.Goexit() }

func TestNeed(t *testing.T) {
	tests := []struct{ tool, ci, ended string }{
		{"go", "", ""},
		{"go", "true", ""},
		{"no-such-tool-here", "", "skipped"},
		{"no-such-tool-here", "true", "failed"},
	}
	for _, test := range tests {
		t.Setenv("CI", test.ci)
		fake := &fakeTB{}
		done := make(chan struct{})
		go func() {
			defer close(done)
			if path := Need(fake, test.tool); path == "" {
				t.Errorf("no path for %s", test.tool)
			}
		}()
		<-done
		if fake.ended != test.ended {
			t.Errorf("%s with CI=%q: %q, want %q", test.tool, test.ci, fake.ended, test.ended)
		}
	}
}
