package main

import (
	"strings"
	"testing"
)

func TestDescendPanics(t *testing.T) {
	defer func() {
		if err, ok := recover().(error); !ok || !strings.Contains(err.Error(), "out of range") {
			t.Errorf("descend ended with %v", err)
		}
	}()
	descend(3)
}
