package e2e

import (
	"strings"
	"testing"
)

// TestWatchersFindWhatIsWrong goes the way of someone who looks at the count in the header: to what was found, which he filters, to the search
// that loads product after product, and back to acknowledge it.
func TestWatchersFindWhatIsWrong(t *testing.T) {
	s := start(t, 120, 36)
	s.enter("clear; goapptrace run --watch 'slow call: off' --watch 'some error: err and pkg = store' ./examples/shop -rate 200")
	s.wait(`⚑ \d+ watch`)

	s.press("8")
	s.wait(`N\+1 calls +repeats\(func\) > 30`)
	s.wait(`main\.\(\*Server\)\.search makes 60 of .*⚑ new`)
	s.wait(`some error +err and pkg = store.*(\n.*)+store\.\(\*DB\)\.Load .*⚑ new`)

	s.press("/")
	s.typed(`watcher = "N+1 calls"`)
	s.wait(`││▸. N\+1 calls .*\n.*search makes (.*\n)+ /watcher = "N\+1 calls" *$`)
	s.press("Enter")
	s.wait(`8 Watch .* /watcher = "N\+1 `)
	const row = `││▸..(\S+ \S*)`
	for at := s.wait(row)[1]; !strings.Contains(at, "(*Server).search"); {
		s.press("j")
		for before := at; at == before; { // until the cursor has moved
			at = s.wait(row)[1]
		}
	}
	s.wait(`main\.\(\*Server\)\.search makes 60 of store\.\(\*DB\)\.Load +│\n.*newest 60 in .*, together `)
	s.press("Enter")
	s.wait(`▸[\d:.]+ +g\d+ .*main\.\(\*Server\)\.search`)

	s.press("8")
	s.press("w") // it finds no more, so that what is acknowledged stays so
	s.wait(`N\+1 calls .* off`)
	s.press("a")
	s.wait(`main\.\(\*Server\)\.search makes .* seen`)

	s.press("q")
	s.wait(`shop is still running`)
	s.press("y")
	s.wait(`^\$$`)
}
