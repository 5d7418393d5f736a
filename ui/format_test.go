package ui

import (
	"math"
	"testing"
	"time"
	"unicode/utf8"
)

func TestFormatDuration(t *testing.T) {
	for _, test := range []struct {
		d    time.Duration
		want string
	}{
		{-5, "0 ns"},
		{0, "0 ns"},
		{1, "1 ns"},
		{999, "999 ns"},
		{1000, "1.00 µs"},
		{1239, "1.24 µs"},
		{9_994, "9.99 µs"},
		{9_996, "10.0 µs"},
		{99_960, "100 µs"},
		{999_499, "999 µs"},
		{999_500, "1.00 ms"},
		{12_400_000, "12.4 ms"},
		{999_600_000, "1.00 s"},
		{59_400 * time.Millisecond, "59.4 s"},
		{59_600 * time.Millisecond, "1m 00s"},
		{12*time.Minute + 4*time.Second, "12m 04s"},
		{time.Hour - time.Millisecond, "1h 00m"},
		{3*time.Hour + 20*time.Minute, "3h 20m"},
		{24*time.Hour + 5*time.Hour, "1d 05h"},
	} {
		got := formatDuration(test.d, newGlyphs(false))
		if got != test.want {
			t.Errorf("formatDuration(%d) = %q, want %q", test.d, got, test.want)
		}
		if utf8.RuneCountInString(got) > durationWidth {
			t.Errorf("formatDuration(%d) = %q is wider than %d cells", test.d, got, durationWidth)
		}
	}
	if got := formatDuration(1239, newGlyphs(true)); got != "1.24 us" {
		t.Errorf("in ASCII: %q", got)
	}
}

func TestFormatCount(t *testing.T) {
	for n, want := range map[uint64]string{
		0: "0", 999: "999", 1000: "1,000", 4096: "4,096", 9999: "9,999", 10_000: "10.0k", 12_345: "12.3k",
		820_000: "820k", 999_499: "999k", 999_500: "1.00M", 1_240_000: "1.24M", 38_000_000_000: "38.0G",
		math.MaxUint64: "18.4E",
	} {
		if got := formatCount(n); got != want || len(got) > countWidth {
			t.Errorf("formatCount(%d) = %q, want %q in %d cells", n, got, want, countWidth)
		}
	}
	if got := formatRate(819_999.6); got != "820k/s" {
		t.Errorf("formatRate = %q", got)
	}
	if got := formatRate(-1); got != "0/s" {
		t.Errorf("formatRate of a negative = %q", got)
	}
}

func TestFormatBytes(t *testing.T) {
	for n, want := range map[uint64]string{
		0: "0 B", 87: "87 B", 999: "999 B", 1000: "1.00 kB", 20_400: "20.4 kB", 999_600: "1.00 MB", 38_000_000: "38.0 MB",
	} {
		if got := formatBytes(n); got != want || len(got) > bytesWidth {
			t.Errorf("formatBytes(%d) = %q, want %q in %d cells", n, got, want, bytesWidth)
		}
	}
}

func TestFormatGrouped(t *testing.T) {
	for n, want := range map[uint64]string{
		0: "0", 999: "999", 1000: "1,000", 123_456: "123,456", 1_234_567: "1,234,567", math.MaxUint64: "18,446,744,073,709,551,615",
	} {
		if got := formatGrouped(n); got != want {
			t.Errorf("formatGrouped(%d) = %q, want %q", n, got, want)
		}
	}
}

func TestFormatClock(t *testing.T) {
	at := time.Date(2026, 1, 2, 12, 3, 44, 120_123_456, time.UTC)
	for width, want := range map[int]string{
		0: "", 4: "", 5: "03:44", 6: "03:44", 7: "03:44.1", 8: "12:03:44", 9: "03:44.120", 10: "03:44.1201", 11: "03:44.12012",
		12: "12:03:44.120", 13: "12:03:44.1201", 15: "12:03:44.120123", 40: "12:03:44.120123",
	} {
		if got := formatClock(at, width); got != want {
			t.Errorf("formatClock in %d cells = %q, want %q", width, got, want)
		}
	}
}
