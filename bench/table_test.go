package main

import (
	"strings"
	"testing"
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
BenchmarkDecode-2   	1000	 1234 ns/op
ok  	example/codec	1.2s
`

func TestTable(t *testing.T) {
	res, err := parse(strings.NewReader(output))
	if err != nil {
		t.Fatal(err)
	}
	var got strings.Builder
	if err := res.write(&got); err != nil {
		t.Fatal(err)
	}
	want := `| package | benchmark | ns/op | range | of two clock reads | other figures |
|---|---|--:|--:|--:|---|
| example/hook | Call on | 60.0 | 50.0–90.0 | 1.33× | 0 B/op, 0 allocs/op |
| example/hook | Call two-clock-reads | 45.0 | 40.0–50.0 | 1.00× | 0 B/op, 0 allocs/op |
| example/codec | Decode | 1234 | 1234–1234 |  |  |
`
	if got.String() != want || res.cpu != "Fast CPU" {
		t.Errorf("on %q:\n%swant\n%s", res.cpu, got.String(), want)
	}
}

func TestParseRefusesNothing(t *testing.T) {
	for _, output := range []string{"", "PASS\n", "BenchmarkX-2 1000 broken ns/op\n", "BenchmarkX-2 1000\n"} {
		if _, err := parse(strings.NewReader(output)); err == nil {
			t.Errorf("%q was read", output)
		}
	}
}
