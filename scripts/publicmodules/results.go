package main

import (
	"bufio"
	"bytes"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"time"
)

// results are what "go test -json" said, by package and test: "pass", "fail" or "skip".
type results map[string]string

// parse reads the output of "go test -json" and returns what failed tests printed, too.
func parse(output []byte) (results, map[string]string) {
	found, printed := make(results), make(map[string]string)
	lines := bufio.NewScanner(bytes.NewReader(output))
	lines.Buffer(nil, len(output)+1)
	for lines.Scan() {
		var event struct{ Action, Package, Test, Output, ImportPath string }
		if json.Unmarshal(lines.Bytes(), &event) != nil {
			continue
		}
		name := event.Package
		if event.Test != "" {
			name += " " + event.Test
		}
		switch event.Action {
		case "pass", "fail", "skip":
			found[name] = event.Action
		case "output", "build-output":
			printed[name+event.ImportPath] += event.Output
		}
	}
	return found, printed
}

// count counts tests and packages.
func (r results) count() (passed, failed, skipped int) {
	for _, outcome := range r {
		switch outcome {
		case "pass":
			passed++
		case "fail":
			failed++
		case "skip":
			skipped++
		}
	}
	return passed, failed, skipped
}

// differences names what came out otherwise than in plain, sorted.
func (r results) differences(plain results) []string {
	all := maps.Clone(plain)
	maps.Copy(all, r)
	var out []string
	for _, name := range slices.Sorted(maps.Keys(all)) {
		if r[name] != plain[name] {
			out = append(out, fmt.Sprintf("%s: %s, plain %s", name, orNothing(r[name]), orNothing(plain[name])))
		}
	}
	return out
}

func orNothing(s string) string {
	if s == "" {
		return "not run"
	}
	return s
}

// outcome is one run of a module's tests.
type outcome struct {
	results results
	printed map[string]string
	took    time.Duration
	hooked  int    // functions with a hook
	events  uint64 // that arrived at the server
	lost    uint64 // that the tracee says it could not record
	refused int    // sessions that didn't come to an end in order
}
