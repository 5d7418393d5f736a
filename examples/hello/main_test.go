package main

import "testing"

func TestGreeting(t *testing.T) {
	for want, names := range map[string][]string{
		"Hello, world!":         nil,
		"Hello, Ada and Grace!": {"Ada", "Grace"},
	} {
		if got := greeting(names); got != want {
			t.Errorf("greeting(%q) = %q, want %q", names, got, want)
		}
	}
}
