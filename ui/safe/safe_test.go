package safe_test

import (
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/charmbracelet/x/ansi"
	"pgregory.net/rapid"

	"goapptrace/protocol"
	"goapptrace/ui/safe"
)

func TestString(t *testing.T) {
	tests := []struct{ name, in, want string }{
		{"plain", "main.(*Server).order", "main.(*Server).order"},
		{"empty", "", ""},
		{"NUL", "a\x00b", `a\x00b`},
		{"ESC", "\x1b[31mred", `\x1b[31mred`},
		{"OSC", "\x1b]0;title\x07", `\x1b]0;title\x07`},
		{"DCS", "\x1bPq#0\x1b\\", `\x1bPq#0\x1b\`},
		{"APC", "\x1b_Gf=100;AAAA\x1b\\", `\x1b_Gf=100;AAAA\x1b\`},
		{"BS, CR, LF, TAB", "a\b\r\n\t", `a\x08\r\n\t`},
		{"DEL", "a\x7f", `a\x7f`},
		{"C1 as UTF-8", "\u009b31m\u0080\u009f", `\u009b31m\u0080\u009f`},
		{"C1 as bytes", "\x9b31m\x90\x80", `\x9b31m\x90\x80`},
		{"bidi overrides", "user\u202etxt.exe", `user\u202etxt.exe`},
		{"bidi isolates", "\u2066a\u2069\u200f\u061c", `\u2066a\u2069\u200f\u061c`},
		{"zero width", "a\u200bb\u200cc\ufeff\u2060", `a\u200bb\u200cc\ufeff\u2060`},
		{"soft hyphen", "a\u00adb", `a\u00adb`},
		{"spaces that look like one", "a\u00a0b\u3000c\u2003", `a\u00a0b\u3000c\u2003`},
		{"line separators", "a\u2028b\u2029", `a\u2028b\u2029`},
		{"variation selectors", "\u2764\ufe0f\U000e0101", `❤\ufe0f\U000e0101`},
		{"tags", "\U000e0041\U000e007f", `\U000e0041\U000e007f`},
		{"fillers", "a\u3164\u115f\u2800", `a\u3164\u115f\u2800`},
		{"private use", "\ue0b0", `\ue0b0`},
		{"noncharacter", "\uffff", `\uffff`},
		{"invalid UTF-8", "a\xff\xc3(", `a\xff\xc3(`},
		{"surrogate half as UTF-8", "\xed\xa0\x80", `\xed\xa0\x80`},
		{"replacement character", "\ufffd", "\ufffd"},
		{"CJK", "主.処理 한글", "主.処理 한글"},
		{"Arabic and Hebrew letters", "مرحبا שלום", "مرحبا שלום"},
		{"emoji", "🚀 launch", "🚀 launch"},
		{"emoji joined", "👨\u200d👩", `👨\u200d👩`},
		{"skin tone", "👍\U0001f3fd", `👍\U0001f3fd`},
		{"flag", "\U0001f1e9\U0001f1ea", `\U0001f1e9\U0001f1ea`},
		{"accent", "e\u0301", "e\u0301"},
		{"accent without a letter", "\u0301e", `\u0301e`},
		{"accent after an escape", "\x1b\u0301", "\\x1b\u0301"},
		{"many accents", "e\u0301\u0302\u0303\u0304\u0305", "e\u0301\u0302\u0303" + `\u0304\u0305`},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if got := safe.Text(protocol.Text(tt.in)); got != tt.want {
				t.Errorf("Text(%+q) = %+q, want %+q", tt.in, got, tt.want)
			}
		})
	}
}

func TestLongNames(t *testing.T) {
	name := strings.Repeat("x", 4096)
	if got := safe.String(name); got != name {
		t.Error("a name of 4,096 bytes was changed")
	}
	escapes := safe.String(strings.Repeat("\x1b", 4096))
	if escapes != strings.Repeat(`\x1b`, 4096) && !strings.HasSuffix(escapes, "…") {
		t.Errorf("4,096 escapes end in %q", escapes[len(escapes)-8:])
	}
	if got := len(safe.String(strings.Repeat("x", 1<<20))); got > safe.Longest+8 {
		t.Errorf("1 MiB became %d bytes", got)
	}
}

func TestLines(t *testing.T) {
	got := safe.Lines("panic: boom\r\n\n\tmain.go:3 \x1b[2J\na\tb\n")
	want := []string{"panic: boom", "", "        main.go:3 \\x1b[2J", "a       b"}
	if strings.Join(got, "|") != strings.Join(want, "|") {
		t.Errorf("Lines = %q, want %q", got, want)
	}
}

// Bytes of all kinds, in any order, leave nothing that a terminal would obey, and no doubt about their width.
func TestStringProperties(t *testing.T) {
	text := rapid.OneOf(
		rapid.String(),
		rapid.Map(rapid.SliceOf(rapid.Byte()), func(b []byte) string { return string(b) }),
		rapid.StringOf(rapid.RuneFrom([]rune("a\u0301\u200d\ufe0f👍🏽👨🇩한\u1112\u1161\u11abक\u094dष\u093f\u0d4e\u0600"))),
	)
	rapid.Check(t, func(t *rapid.T) {
		clean := safe.String(text.Draw(t, "text"))
		if !utf8.ValidString(clean) {
			t.Fatalf("%q is not UTF-8", clean)
		}
		if again := ansi.Strip(clean); again != clean {
			t.Fatalf("%q holds control sequences", clean)
		}
		w := safe.Width(clean)
		byGrapheme, byRune := ansi.StringWidth(clean), ansi.StringWidthWc(clean)
		if byGrapheme != w || byRune != w {
			t.Fatalf("%+q is %d cells for us, %d by grapheme, %d by rune", clean, w, byGrapheme, byRune)
		}
		if styled := safe.Width("\x1b[1;38;2;1;2;3m" + clean + "\x1b[m"); styled != w {
			t.Fatalf("%+q is %d cells plain, %d in colour", clean, w, styled)
		}
		if framed := ansi.StringWidth("|" + clean + "|"); framed != w+2 {
			t.Fatalf("%+q is %d cells alone, %d between bars", clean, w, framed)
		}
	})
}

func TestFitIsExact(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		clean := safe.String(rapid.String().Draw(t, "text"))
		cells := rapid.IntRange(0, 40).Draw(t, "cells")
		if got := safe.Width(safe.Fit(clean, cells)); got != cells {
			t.Fatalf("Fit(%+q, %d) is %d cells wide", clean, cells, got)
		}
		if got := safe.Width(safe.ClipLeft(clean, cells)); got > cells {
			t.Fatalf("ClipLeft(%+q, %d) is %d cells wide", clean, cells, got)
		}
	})
}

func TestClip(t *testing.T) {
	tests := []struct{ got, want string }{
		{safe.Clip("store.decode", 8), "store.d…"},
		{safe.Clip("store", 5), "store"},
		{safe.Clip("処理処理", 4), "処…"},
		{safe.Clip("abc", 0), ""},
		{safe.ClipLeft("unix:///run/user/goapptrace.sock", 12), "…ptrace.sock"},
		{safe.ClipLeft("処理処理", 4), "…理"},
		{safe.Fit("ab", 4), "ab  "},
		{safe.PadLeft("42", 4), "  42"},
	}
	for _, tt := range tests {
		if tt.got != tt.want {
			t.Errorf("got %q, want %q", tt.got, tt.want)
		}
	}
}

func BenchmarkString(b *testing.B) {
	for name, s := range map[string]string{
		"plain": "github.com/acme/shop/store.(*DB).Load",
		"CJK":   "github.com/acme/店/処理.(*DB).読む",
		"4096":  strings.Repeat("\x1b", 4096),
	} {
		b.Run(name, func(b *testing.B) {
			for b.Loop() {
				safe.String(s)
			}
		})
	}
}
