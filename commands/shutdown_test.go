package commands_test

import (
	"context"
	"io"
	"strings"
	"testing"
)

// A list that a server doesn't finish, because it ends, ends with a whole line.
func TestEndsWithItsServer(t *testing.T) {
	h := open(t)
	client, err := h.dial(h.watcher)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = client.Close() }()
	s, err := client.NewSession()
	if err != nil {
		t.Fatal(err)
	}
	out, err := s.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := s.Start("calls --json --follow"); err != nil {
		t.Fatal(err)
	}
	if _, err := io.ReadFull(out, make([]byte, 10)); err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	defer cancel()
	if err := h.server.Shutdown(ctx); err != nil {
		t.Fatal(err)
	}
	rest, err := io.ReadAll(out)
	if text := string(rest); err != nil || !strings.HasSuffix(text, "}\n") {
		t.Errorf("ends with %q, %v", text[strings.LastIndexByte(text, '\n')+1:], err)
	}
}
