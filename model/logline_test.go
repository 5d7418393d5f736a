package model

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"goapptrace/protocol"
)

func lines(s *Session) []string {
	var list []string
	for _, l := range s.Lines(OutputQuery{Before: 1000}).Rows {
		list = append(list, fmt.Sprintf("%v %s g%d %s %s", l.At.Sub(epoch), l.Stream, l.G, l.Level, l.Text))
	}
	return list
}

func logged(stream, level, text protocol.Text, at int64) protocol.Record {
	return record(&protocol.LogPacket{Time: at, G: 7, Stream: stream, Level: level, Message: text})
}

// A logged line comes later than one that was printed after it, and stands before it: also before a line that still grows.
func TestLogLinesAtTheirPlaceInTime(t *testing.T) {
	s := open(t, Limits{}, 1)
	ms := func(n int) time.Time { return epoch.Add(time.Duration(n) * time.Millisecond) }
	s.Output(ms(1), "stdout", []byte("one\n"))
	s.Output(ms(3), "stderr", []byte("three\n"))
	s.Output(ms(4), "stdout", []byte("prompt"))
	s.Packet(logged("slog", "WARN", "two\nlines", 2e6))
	s.Packet(logged("slog", "INFO", "five", 5e6))
	s.Output(ms(9), "stdout", []byte("> typed\n"))
	s.Packet(logged("slog", "", "also at three", 3e6))
	want := []string{
		"1ms stdout g0  one", "2ms slog g7 WARN two", "2ms slog g7 WARN lines", "3ms stderr g0  three",
		"3ms slog g7  also at three", "4ms stdout g0  prompt> typed", "5ms slog g7 INFO five",
	}
	if got := lines(s); !slices.Equal(got, want) {
		t.Errorf("got\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
	if page := s.Lines(OutputQuery{Filter: linesLike("warn"), Before: 10}); page.Matches != 2 || len(page.Rows) != 2 {
		t.Errorf("lines of level WARN: %+v", page)
	}
}

// What package log says comes twice when the program's output is seen too, in either order, and is one line.
func TestLoggedAndPrinted(t *testing.T) {
	const text = "2026/03/04 05:06:07 tick"
	prints := func(s *Session) { s.Output(epoch, "stderr", []byte(text+"\r\n")) }
	logs := func(s *Session) { s.Packet(logged("log", "", text+"\n", 1)) }
	for name, acts := range map[string][]func(*Session){
		"printed first": {prints, logs, prints, logs},
		"logged first":  {logs, prints, logs, prints},
		"in pairs":      {logs, logs, prints, prints},
		"mixed":         {prints, logs, logs, prints},
	} {
		s := open(t, Limits{}, 1)
		for _, act := range acts {
			act(s)
		}
		if got := lines(s); len(got) != 2 || s.output.logs != 0 {
			t.Errorf("%s: %q, %d still awaited", name, got, s.output.logs)
		}
		for _, l := range s.Lines(OutputQuery{Before: 10}).Rows {
			if l.Stream != "stderr" || l.G != 7 || l.Text != text {
				t.Errorf("%s: %+v", name, l)
			}
		}
	}
}

// The same text in other streams, or from a program that logs to a file, stays what it is.
func TestLoggedOnly(t *testing.T) {
	s := open(t, Limits{OutputBytes: 1000}, 1)
	s.Packet(logged("slog", "INFO", "hi", 1))
	s.Output(epoch.Add(5), "stdout", []byte("hi\n"))
	s.Packet(logged("log", "", "bye", 6))
	want := []string{"1ns slog g7 INFO hi", "5ns stdout g0  hi", "6ns log g7  bye"}
	if got := lines(s); !slices.Equal(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
	for range 100 {
		s.Output(epoch.Add(7), "stdout", []byte("x\n"))
	}
	if s.output.logs != 0 {
		t.Errorf("%d lines still awaited, and none is kept", s.output.logs)
	}
}

// Whatever is printed and logged, in whatever order, the log's own accounts are right, and a line that goes on is found again.
func TestOutputAccounts(t *testing.T) {
	streams := []string{"stdout", "stderr"}
	rapid.Check(t, func(rt *rapid.T) {
		s := open(t, Limits{OutputBytes: rapid.SampledFrom([]int{300, 1 << 20}).Draw(rt, "limit")}, 1)
		rests := map[string]string{} // by stream, what its unfinished line has
		for range rapid.IntRange(0, 30).Draw(rt, "steps") {
			at := rapid.Int64Range(1, 20).Draw(rt, "at")
			text := rapid.SampledFrom([]string{"a", "b", "a\n", "b\r\n", "a\nb\n", "\n"}).Draw(rt, "text")
			if rapid.Bool().Draw(rt, "logged") {
				s.Packet(logged(rapid.SampledFrom([]protocol.Text{"log", "slog"}).Draw(rt, "log"), "", protocol.Text(text), at))
				continue
			}
			stream := rapid.SampledFrom(streams).Draw(rt, "stream")
			s.Output(epoch.Add(time.Duration(at)), stream, []byte(text))
			rests[stream] += text
			rests[stream] = rests[stream][strings.LastIndexByte(rests[stream], '\n')+1:]
		}
		l := &s.output
		bytes, waiting := 0, 0
		for seq := l.ring.first(); seq <= l.ring.last; seq++ {
			if bytes += l.ring.at(seq).cost(); l.ring.at(seq).awaits() {
				waiting++
			}
		}
		if bytes != l.bytes || waiting != l.logs {
			rt.Fatalf("%d bytes and %d awaited lines, by its own account %d and %d", bytes, waiting, l.bytes, l.logs)
		}
		for _, stream := range streams {
			ln := l.ring.at(l.open[stream])
			if ln != nil && (ln.stream != stream || !strings.HasSuffix(rests[stream], string(ln.text))) {
				rt.Fatalf("%s goes on with %q in %+v", stream, rests[stream], ln)
			}
		}
	})
}
