package main

import (
	"regexp"
	"time"
)

// The programs that docs/questions.md asks about.
const (
	leaky    = "exec goapptrace run -trimpath ./examples/shop -leak 1s"
	busy     = "exec goapptrace run -trimpath --errors ./examples/shop -rate 2000"
	quiet    = "exec goapptrace run -trimpath ./examples/shop -rate 15"
	tests    = "exec goapptrace test -trimpath ./examples/shop/orders"
	gofumpt  = `repo=$PWD; cd "$(mktemp -d)" && go mod init trial && go get mvdan.cc/gofumpt@v0.7.0 && exec goapptrace run --with mvdan.cc/gofumpt/... mvdan.cc/gofumpt -l $repo/model`
	finished = `○ closed`
)

// function opens the detail of a function that the palette finds by some of its letters.
func function(letters string) []step {
	return []step{
		{text: ":" + letters, wait: regexp.QuoteMeta(letters), linger: time.Second},
		{keys: "Enter", wait: `▸`, linger: time.Second},
		{keys: "Enter", wait: `how long calls took`, linger: 2 * time.Second},
	}
}

func filtered(text, shown string) []step {
	return []step{{text: "/" + text, wait: shown}, {keys: "Enter", wait: shown, linger: time.Second}}
}

// question is a scene that shows the answer to one.
func question(name, command string, begin step, steps ...[]step) scene {
	s := scene{name: "question-" + name, command: command, width: 120, height: 36, steps: []step{begin}}
	for _, more := range steps {
		s.steps = append(s.steps, more...)
	}
	return s
}

func init() {
	long := step{wait: `established`, linger: 15 * time.Second}
	errors := step{keys: "w", wait: `. errors · `, linger: time.Second}
	longest := step{keys: "m", wait: `▸`, linger: time.Second}
	timeline := step{keys: "f", wait: `a cell is`, linger: 2 * time.Second}
	scenes = append(scenes,
		question("slow", quiet, long, filtered("dur > 40ms and not open", `dur > 40ms`)),
		question("hot", leaky, long, []step{{keys: "4", wait: `total time`}}, filtered("not open and func !~ crowd", `not open`),
			[]step{{keys: "w", wait: `callers below`, linger: 2 * time.Second}}),
		question("callers", leaky, long, function("DB).Load")),
		question("loop", leaky, long, []step{{keys: "8", wait: `search makes 60`}}),
		question("leak", leaky, long, []step{
			{keys: "3", wait: `remind +.*↑\+\d`}, {keys: "L", wait: `only grows`}, {keys: "Enter", wait: `▾`}, {keys: "Down", wait: `▸ +g\d+`}, {keys: "Enter", wait: `first call`},
		}),
		question("changed", leaky, live, []step{{keys: "4", wait: `total time`, linger: time.Second}, {keys: "b", wait: `since the baseline`, linger: 15 * time.Second}}),
		question("errors", busy, long, []step{{keys: "4", wait: `total time`}, {keys: "w", wait: `callers below`}, {keys: "w", wait: `. calls · `}, errors}),
		question("lock", busy, long, function("Service).take"), []step{longest, timeline}),
		question("request", quiet, long, function("Server).product"), []step{longest}),
		question("test", tests, step{wait: finished, linger: time.Second}, []step{{keys: "4", wait: `total time`}, {keys: "w", wait: `callers below`, linger: time.Second}}),
		question("gofumpt", gofumpt, step{wait: finished, linger: time.Second}, function("nodeSize")),
	)
}
