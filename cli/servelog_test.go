package cli

import (
	"bytes"
	"errors"
	"log/slog"
	"strings"
	"testing"
	"time"

	"goapptrace/protocol"
)

// Strangers' text makes no line of its own in a log, and no terminal obeys it: in neither format, nor as whatever it comes.
func TestLogIsSafe(t *testing.T) {
	const evil = "a\x1b[2Jb\nlevel=ERROR\u009b1m\u202ec\x7f"
	for _, format := range []string{"text", "json"} {
		var out bytes.Buffer
		var o logOptions
		if err := o.format.Set(format); err != nil {
			t.Fatal(err)
		}
		log := o.open(&out)
		log.With("with", protocol.Text(evil)).WithGroup("group").Info(evil,
			"text", evil, "error", errors.New(evil), "list", []string{evil}, slog.Group("inner", "text", protocol.Text(evil)))
		if n := strings.Count(out.String(), "\n"); n != 1 {
			t.Errorf("%s: %d lines in %q", format, n, &out)
		}
		if strings.ContainsAny(out.String(), "\x1b\u009b\u202e\x7f") {
			t.Errorf("%s: %q", format, &out)
		}
		if n := strings.Count(out.String(), "2Jb"); n != 6 {
			t.Errorf("%s: %d texts of 6 in %q", format, n, &out)
		}
	}
}

func TestLogFormatAndLevel(t *testing.T) {
	var out bytes.Buffer
	o := logOptions{format: "json"}
	if err := o.level.Set("warn"); err != nil {
		t.Fatal(err)
	}
	log := o.open(&out)
	log.Info("not told")
	log.Warn("told", "lasted", 1500*time.Millisecond)
	if s := out.String(); !strings.Contains(s, `"level":"WARN","msg":"told","lasted":"1.5s"}`) || strings.Contains(s, "not told") {
		t.Errorf("logged %q", s)
	}
	if o.format.Set("xml") == nil || o.level.Set("loud") == nil {
		t.Error("a format or a level that there isn't: no error")
	}
}
