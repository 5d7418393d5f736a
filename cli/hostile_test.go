package cli

import (
	"bytes"
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"goapptrace/protocol"
	"goapptrace/session"
)

// strange draws a packet as a peer might send it that means us no good: nothing pairs up, and times go anywhere.
func strange(t *rapid.T) protocol.Packet {
	numbers := rapid.SliceOfN(rapid.Uint64Range(0, 5), 0, 4)
	texts := rapid.SliceOfN(rapid.Custom(func(t *rapid.T) protocol.Text {
		return protocol.Text(rapid.SampledFrom([]string{"", "a\nb", "\x1b[2J\"", "\xff\u202e", strings.Repeat("x", 100)}).Draw(t, "text"))
	}), 0, 4)
	time := rapid.OneOf(rapid.Int64Range(0, 5), rapid.Int64())
	switch rapid.IntRange(0, 5).Draw(t, "packet") {
	case 0:
		return &protocol.DetailsPacket{
			Gs: numbers.Draw(t, "gs"), Starts: rapid.SliceOfN(time, 0, 4).Draw(t, "starts"),
			Kinds: rapid.SliceOfN(rapid.ByteRange(0, 5), 0, 4).Draw(t, "kinds"), Texts: texts.Draw(t, "texts"),
		}
	case 1:
		return &protocol.GoroutinesPacket{
			IDs: numbers.Draw(t, "ids"), Parents: numbers.Draw(t, "parents"), Sites: numbers.Draw(t, "sites"),
			SiteIDs: numbers.Draw(t, "site ids"), Entries: texts.Draw(t, "entries"), Creators: texts.Draw(t, "creators"),
			Files: texts.Draw(t, "files"), Lines: numbers.Draw(t, "lines"),
		}
	case 2:
		return &protocol.LogPacket{
			Time: time.Draw(t, "time"), G: rapid.Uint64Range(0, 5).Draw(t, "g"), Stream: "log", Message: "line",
			Keys: texts.Draw(t, "keys"), Values: texts.Draw(t, "values"),
		}
	case 3:
		return &protocol.CountersPacket{Funcs: numbers.Draw(t, "funcs"), Calls: numbers.Draw(t, "calls"), TotalNS: numbers.Draw(t, "total"), MaxNS: numbers.Draw(t, "max")}
	}
	var b protocol.BatchBuilder
	for range rapid.IntRange(0, 8).Draw(t, "events") {
		b.Add(protocol.Event{
			Time: time.Draw(t, "time"), G: rapid.Uint64Range(0, 3).Draw(t, "g"), Func: rapid.Uint64Range(0, 3).Draw(t, "func"),
			Kind: protocol.EventKind(rapid.IntRange(0, 3).Draw(t, "kind")),
		})
	}
	for range rapid.IntRange(0, 1).Draw(t, "losses") {
		b.Lose(rapid.Uint64Range(0, 5).Draw(t, "func"), rapid.Uint64().Draw(t, "lost"))
	}
	p := b.Packet(rapid.Uint64Range(0, 9).Draw(t, "seq"), time.Draw(t, "end"))
	p.Count += rapid.Uint64Range(0, 1).Draw(t, "more")
	return p
}

// Whatever comes, in whatever order, is printed in whole lines: each call and each logged line once.
func TestStrangePackets(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var plain, lines bytes.Buffer
		feeds := []feed{
			(&plainPrinter{out: newLineWriter(&plain)}).open(1, "unix"),
			(&jsonPrinter{out: newLineWriter(&lines)}).open(1, "unix"),
		}
		logged := 0
		for _, p := range rapid.SliceOfN(rapid.Custom(strange), 0, 20).Draw(t, "packets") {
			if _, ok := p.(*protocol.LogPacket); ok {
				logged++
			}
			tick := rapid.Bool().Draw(t, "tick")
			for _, f := range feeds {
				f.take(session.Event{Record: &protocol.Record{Packet: p}})
				if tick {
					f.tick(epoch)
				}
			}
		}
		for _, f := range feeds {
			f.end(epoch)
		}
		begun := feeds[1].(*jsonFeed).begun() - feeds[1].(*jsonFeed).counted()
		checkLines(t, lines.String(), int(begun), logged)
		if n := strings.Count(plain.String(), "/* log: line"); n != logged {
			t.Fatalf("%d of %d logged lines:\n%s", n, logged, &plain)
		}
		if strings.Contains(plain.String(), "\x1b") || plain.Len() > 0 && !strings.HasSuffix(plain.String(), "\n") {
			t.Fatalf("printed %q", &plain)
		}
	})
}

func checkLines(t *rapid.T, lines string, calls, logged int) {
	kinds := map[string]int{}
	for line := range strings.Lines(lines) {
		var o struct{ Kind string }
		if err := json.Unmarshal([]byte(line), &o); err != nil || !strings.HasSuffix(line, "\n") {
			t.Fatalf("%q: %v", line, err)
		}
		kinds[o.Kind]++
	}
	if kinds["call"] != calls || kinds["log"] != logged {
		t.Fatalf("%d calls and %d logged lines, printed %v:\n%s", calls, logged, fmt.Sprint(kinds), lines)
	}
}
