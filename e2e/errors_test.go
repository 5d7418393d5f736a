package e2e

import "testing"

// TestFindTheError goes the way of someone who asks what went wrong: to the last call that failed, to what is known of it,
// and from a line of the log to the call that it came from.
func TestFindTheError(t *testing.T) {
	s := start(t, 120, 36)
	s.enter("clear; goapptrace run --errors --args ./examples/shop -rate 200")
	s.wait(`● shop +\d+ `)

	s.press("2")
	s.wait(`function .*errors`)
	s.wait(`orders\.\(\*Service\)\.Pla\S* .* \d+! `)
	s.press("1")
	s.wait(`start +gor`)

	s.press("/")
	s.typed(`"service).place"`)
	s.press("Enter")
	s.wait(` /"service\)\.place" ╮`)
	s.press("[", "e")
	s.wait(`▸.*orders\.\(\*Service\)\.Place.* ! .* (ms|µs) ! `)
	s.wait(`! orders: .* G follows the newest`)
	s.press("Enter")
	s.wait(`end +returned an error`)
	s.wait(`error +│\n│ orders: `)
	s.wait(`arguments +│\n│ s=.*(\n.*)+│ order=Order\{ID: 0, Customer: "`)
	s.wait(`goroutine started by +│\n│ g\d+ ← g\d+ .*server\.go:\d+`)
	s.press("Escape")
	s.wait(`▸.*orders\.\(\*Service\)\.Place(.*\n)+ enter open  v log or tree`)

	s.press("7")
	s.wait(`slog +g\d+ +ERROR +\S+ failed`)
	s.press("s", "s", "/")
	s.typed("request failed")
	s.press("Enter")
	s.wait(`only what was logged`)
	s.press("Up", "Enter")
	s.wait(`▸.*g\d+ .*main\.\(\*Server\)\.fail`)
	s.press("q")
	s.wait(`shop is still running`)
	s.press("y")
	s.wait(`^\$$`)
}
