package commands

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"goapptrace/model"
	"goapptrace/protocol"
	"goapptrace/query"
)

// Calls of several sessions come in the order of their starts, and the last ones of all are the last ones of that list.
func TestCallsOfSeveralSessions(t *testing.T) {
	c, rng := Config{Store: model.New(model.Limits{}), Commander: new(commander)}, rand.New(rand.NewPCG(1, 2))
	for id := range uint64(5) {
		one := connect(c.Store, id+1)
		for range 30 * id { // the first session has none
			one.now += rng.Int64N(1e6)
			one.does(strings.Repeat("+1 +2 -2 -1 +3 -3 ", 1+rng.IntN(20)))
		}
	}
	for _, filter := range []string{"", " --filter f2", " --filter 'session = app4 and not f1'"} {
		all := lines(t, c, "calls --json"+filter)
		starts := make([]int64, len(all))
		for i, line := range all {
			_, rest, _ := strings.Cut(line, `"start_ns":`)
			if _, err := fmt.Sscan(strings.ReplaceAll(rest, ",", " "), &starts[i]); err != nil {
				t.Fatal(err)
			}
		}
		if len(all) < 600 || !slices.IsSorted(starts) {
			t.Errorf("%d calls, in order: %v", len(all), slices.IsSorted(starts))
		}
		for _, n := range []int{0, 1, 7, 256, 257, len(all) - 1, len(all), len(all) + 9} {
			got := lines(t, c, fmt.Sprintf("calls --json --last %d%s", n, filter))
			if want := all[max(0, len(all)-n):]; !slices.Equal(got, want) {
				t.Errorf("%s: the last %d are %d, and not the last ones", filter, n, len(got))
			}
		}
	}
	if got := lines(t, c, "calls --json --session 3 --session 2"); len(got) == 0 || slices.ContainsFunc(got, func(line string) bool {
		return !strings.Contains(line, `"session":3`) && !strings.Contains(line, `"session":2`)
	}) {
		t.Errorf("%d calls of two sessions", len(got))
	}
}

func lines(t *testing.T, c Config, line string) []string {
	t.Helper()
	status, stdout, stderr := ask(c, line)
	if status != StatusDone {
		t.Fatalf("%s: status %d: %s", line, status, stderr)
	}
	return slices.Collect(strings.Lines(stdout))
}

// A search that takes more than one slice finds what is at both ends.
func TestCallsOfALargeSession(t *testing.T) {
	c := Config{Store: model.New(model.Limits{}), Commander: new(commander)}
	one := connect(c.Store, 1)
	rare := func() {
		for _, kind := range []protocol.EventKind{protocol.Enter, protocol.LeavePanic} {
			var b protocol.BatchBuilder
			one.now += 1000
			b.Add(protocol.Event{Time: one.now, G: 1, Func: 9, Kind: kind})
			one.Packet(protocol.Record{At: time.Now(), Packet: b.Packet(1, one.now), Raw: []byte{1}})
		}
	}
	rare()
	for many := strings.Repeat("+9 -9 ", 1<<11); one.Row(time.Now()).Calls < 3<<19; {
		one.does(many)
	}
	rare()
	const filter = "depth < 20 and g < 1000 and (panic or dur > %dh)" // another one each time: of others chunks remember what is in vain
	compiled, err := query.Compile(fmt.Sprintf(filter, 1), query.Calls)
	if err != nil {
		t.Fatal(err)
	}
	if page := one.Calls(model.CallQuery{Filter: compiled, Before: 9, Slices: 1}); page.Unseen == 0 {
		t.Error("one slice is enough")
	}
	for i, tt := range []struct {
		line string
		want int
	}{
		{"calls --json", 2},
		{"calls --json --last 1", 1},
		{"calls --json --last 2", 2},
		{"calls --json --follow --duration 1s", 2},
	} {
		if got := lines(t, c, tt.line+" --filter "+fmt.Sprintf(filter, i+2)); len(got) != tt.want {
			t.Errorf("%s: %q", tt.line, got)
		}
	}
}
