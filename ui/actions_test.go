package ui

import (
	"os"
	"path/filepath"
	"slices"
	"testing"

	tea "charm.land/bubbletea/v2"
)

func TestEditorCommand(t *testing.T) {
	tests := []struct {
		editor string
		want   []string
	}{
		{"vi", []string{"vi", "+7", "/a b.go"}},
		{"emacsclient -nw", []string{"emacsclient", "-nw", "+7", "/a b.go"}},
		{"/usr/bin/code --wait", []string{"/usr/bin/code", "--wait", "--goto", "/a b.go:7"}},
		{"hx", []string{"hx", "/a b.go:7"}},
	}
	for _, tt := range tests {
		if got := editorCommand(tt.editor, "/a b.go", 7); !slices.Equal(got, tt.want) {
			t.Errorf("editorCommand(%q) = %q, want %q", tt.editor, got, tt.want)
		}
	}
}

func TestFindSource(t *testing.T) {
	dir := t.TempDir()
	file := filepath.Join(dir, "main.go")
	if err := os.WriteFile(file, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	if got := findSource(file, 3); got != (editMsg{file, 3}) {
		t.Errorf("a file that exists brought %+v", got)
	}
	for _, bad := range []string{dir, filepath.Join(dir, "none.go")} {
		if notice, ok := findSource(bad, 3).(noticeMsg); !ok || !notice.bad {
			t.Errorf("%s is opened", bad)
		}
	}
}

func TestOpenEditor(t *testing.T) {
	_, s, _ := shopScreen(t)
	s.press("up", "o")
	s.wants("is not on this machine") // where the tracee was built
	s.root.config.Editor = " "
	s.press("o")
	s.wants("set $EDITOR")
	s.press("tab", "o")
	s.lacks("is not on this machine")
}

func TestCopy(t *testing.T) {
	_, s, _ := shopScreen(t)
	s.press("tab", "tab", "y")
	s.wants("copied shop (4123)")
	var copied []string
	for _, msg := range s.sent {
		if text, ok := clipboardText(msg); ok {
			copied = append(copied, text)
		}
	}
	if !slices.Equal(copied, []string{"shop (4123)"}) {
		t.Errorf("the clipboard got %q", copied)
	}
	s.send(tea.KeyPressMsg{Code: tea.KeyTab})
	s.lacks("copied shop")
}
