package main

import (
	"errors"
	"strings"
	"testing"
	"time"
)

const output = `goos: linux
pkg: example/hook
cpu: Fast CPU
BenchmarkCall/on-2         	1000	 90.00 ns/op	 0 B/op	 0 allocs/op
BenchmarkCall/two-clock-reads-2 	1000	 40.00 ns/op	 0 B/op	 0 allocs/op
BenchmarkCall/on-2         	1000	 60.00 ns/op	 0 B/op	 0 allocs/op
BenchmarkCall/two-clock-reads-2 	1000	 50.00 ns/op	 0 B/op	 0 allocs/op
BenchmarkCall/on-2         	1000	 50.00 ns/op	 0 B/op	 0 allocs/op
PASS
pkg: example/codec
BenchmarkPack-2   	1000	 1234 ns/op	 3.400 B/event
ok  	example/codec	1.2s
`

func TestRows(t *testing.T) {
	res := results{}
	if err := res.parse(strings.NewReader(output)); err != nil {
		t.Fatal(err)
	}
	clock := res.row("two clock reads", "Call/two-clock-reads", "ns/op", "ns")
	rows := []row{
		clock,
		res.row("call", "Call/on", "ns/op", "ns").to(clock),
		res.row("wire", "Pack", "B/event", "bytes").to(missing("nothing", "")),
		missing("uftrace", "it is not installed").to(clock),
		{Name: "rate", Value: 5_123_456, Unit: "calls/s"},
	}
	var table, lines strings.Builder
	for _, out := range []*printer{newTable(&table), newLines(&lines)} {
		out.begin("a machine")
		for _, r := range rows {
			if err := out.row(r); err != nil {
				t.Fatal(err)
			}
		}
		if err := out.failed(); err != nil {
			t.Error(err)
		}
	}
	want := `a machine

| | | | |
|---|--:|---|---|
| two clock reads | 40.0 ns |  | median of 2 runs: 45.0 |
| call | 50.0 ns | 1.25 × two clock reads | median of 3 runs: 60.0 |
| wire | 3.40 bytes |  |  |
| uftrace | – |  | not measured: it is not installed |
| rate | 5,123,456 calls/s |  |  |
`
	if table.String() != want {
		t.Errorf("the table is\n%swant\n%s", &table, want)
	}
	wantLines := `{"name":"two clock reads","value":40,"unit":"ns","ratio_to":"","ratio":null,"note":"median of 2 runs: 45.0"}
{"name":"call","value":50,"unit":"ns","ratio_to":"two clock reads","ratio":1.25,"note":"median of 3 runs: 60.0"}
{"name":"wire","value":3.4,"unit":"bytes","ratio_to":"","ratio":null}
{"name":"uftrace","value":null,"unit":"","ratio_to":"","ratio":null,"note":"not measured: it is not installed"}
{"name":"rate","value":5123456,"unit":"calls/s","ratio_to":"","ratio":null}
`
	if lines.String() != wantLines {
		t.Errorf("the lines are\n%swant\n%s", &lines, wantLines)
	}
}

// A figure that should be there and isn't makes the command fail, once all others are printed.
func TestBrokenRow(t *testing.T) {
	out := newTable(&strings.Builder{})
	for _, r := range []row{broken("encode", errors.New("no figure")), results{}.row("decode", "Batch", "ns/op", "ns")} {
		if err := out.row(r); err != nil {
			t.Fatal(err)
		}
	}
	if err := out.failed(); err == nil || !strings.Contains(err.Error(), "encode") || !strings.Contains(err.Error(), "decode") {
		t.Errorf("the end is %v", err)
	}
}

func TestParseRefuses(t *testing.T) {
	for _, output := range []string{"BenchmarkX-2 1000 broken ns/op\n", "BenchmarkX-2 1000\n"} {
		if err := (results{}).parse(strings.NewReader(output)); err == nil {
			t.Errorf("%q was read", output)
		}
	}
}

// What a program does as fast as it can is counted to the last call, and one that is not in a hurry loses nothing.
func TestFlow(t *testing.T) {
	if testing.Short() {
		t.Skip("builds programs")
	}
	b := &bench{quick: true}
	if err := b.prepare(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(b.clean)
	producer, err := b.buildProducer(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	flood, err := trace(producer, time.Second, 0)
	if err != nil {
		t.Fatal(err)
	}
	if r := &flood.row; !r.Settled || r.Difference != 0 || r.Events+r.Lost+2*r.Counted != r.Emitted || r.Emitted == 0 {
		t.Errorf("as fast as it can: settled %v, difference %d, %d events, %d lost, %d calls counted, %d emitted",
			r.Settled, r.Difference, r.Events, r.Lost, r.Counted, r.Emitted)
	}
	paced, err := trace(producer, time.Second, 200_000)
	if err != nil {
		t.Fatal(err)
	}
	if r := &paced.row; !paced.whole() || float64(r.Calls) < 0.9*paced.rateMade || r.Calls == 0 {
		t.Errorf("paced to 200,000 calls a second: %d of %.0f calls, %d lost, %d counted, difference %d, settled %v",
			r.Calls, paced.rateMade, r.Lost, r.Counted, r.Difference, r.Settled)
	}
}
