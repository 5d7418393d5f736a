package ui

import "testing"

// Of what a server wants copied no more than a line gets into a shell, and nothing that a terminal obeys.
func TestCopiedHint(t *testing.T) {
	for hint, want := range map[string]string{
		"":                               defaultHint,
		"goapptrace run ./cmd/app":       "goapptrace run ./cmd/app",
		" goapptrace run\nrm -rf ~\n":    "goapptrace run",
		"\r\n\ngoapptrace run\r\nrm -rf": "goapptrace run",
		"goapptrace run\rrm -rf":         `goapptrace run\rrm -rf`,
		"goapptrace \x1b[201~run":        `goapptrace \x1b[201~run`,
	} {
		if got := newWelcomePane(nil, Config{Hint: hint}).copyText(); got != want {
			t.Errorf("of %q %q is copied, and should be %q", hint, got, want)
		}
	}
}
