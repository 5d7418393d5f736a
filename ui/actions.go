package ui

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"

	tea "charm.land/bubbletea/v2"

	"goapptrace/protocol"
	"goapptrace/ui/safe"
)

// askEnd offers to end the selected session. The question has a place for its name.
func (r *root) askEnd(question confirm, end func(c Commander, session uint64) error) {
	row, ok := r.sessions.row()
	switch {
	case !ok || r.config.Commander == nil || r.readOnly():
		return
	case row.State.Ended():
		r.notice = noticeMsg{text: sessionName(row) + " has ended already"}
		return
	}
	question.env, question.no = r.env, "cancel"
	question.question = fmt.Sprintf(question.question, sessionName(row))
	question.do = func() tea.Cmd {
		if err := end(r.config.Commander, row.ID); err != nil {
			r.notice = noticeMsg{text: safe.String(err.Error()), bad: true}
		}
		return nil
	}
	r.modal = &question
}

// copy puts what the focused pane's cursor is on into the terminal's clipboard, over SSH too.
func (r *root) copy() tea.Cmd {
	text := ""
	r.guard(r.focusedSlot(), func(p pane) {
		if c, ok := p.(copier); ok {
			text = strings.Join(safe.Lines(protocol.Text(c.copyText())), "\n")
		}
	})
	if text == "" {
		r.notice = noticeMsg{text: "there is nothing to copy here"}
		return nil
	}
	r.notice = noticeMsg{text: "copied " + safe.Clip(strings.ReplaceAll(text, "\n", " "), 60)}
	return tea.SetClipboard(text)
}

// openEditor asks for the place in the source that the focused pane's cursor is on.
func (r *root) openEditor() tea.Cmd {
	file, line := "", 0
	r.guard(r.focusedSlot(), func(p pane) {
		if l, ok := p.(located); ok {
			file, line = l.location()
		}
	})
	switch {
	case r.config.Away:
		r.notice = noticeMsg{text: "source files can be opened only where goapptrace runs", bad: true}
		return nil
	case strings.TrimSpace(r.config.Editor) == "":
		r.notice = noticeMsg{text: "set $EDITOR to open source files", bad: true}
		return nil
	case !filepath.IsAbs(file):
		r.notice = noticeMsg{text: "no source file is known here"}
		return nil
	}
	return func() tea.Msg { return findSource(file, line) }
}

// editMsg asks to edit a file that exists.
type editMsg struct {
	file string
	line int
}

// findSource looks for a file that a tracee named. It runs outside of the screen's own goroutine.
func findSource(file string, line int) tea.Msg {
	info, err := os.Stat(file)
	switch {
	case errors.Is(err, os.ErrNotExist):
		return noticeMsg{text: safe.String(file) + " is not on this machine", bad: true}
	case err != nil:
		return noticeMsg{text: safe.String(err.Error()), bad: true}
	case !info.Mode().IsRegular():
		return noticeMsg{text: safe.String(file) + " is no file", bad: true}
	}
	return editMsg{file, line}
}

// edit hands the terminal to the editor until it ends.
func (r *root) edit(msg editMsg) tea.Cmd {
	argv := editorCommand(r.config.Editor, msg.file, msg.line)
	return tea.ExecProcess(exec.Command(argv[0], argv[1:]...), func(err error) tea.Msg {
		if err != nil {
			return noticeMsg{text: safe.String(fmt.Sprintf("%s: %v", argv[0], err)), bad: true}
		}
		return noticeMsg{}
	})
}

// editorCommand adds a place to the user's editor command, in the way that the editor understands.
func editorCommand(editor, file string, line int) []string {
	argv := strings.Fields(editor)
	place := file + ":" + strconv.Itoa(line)
	switch strings.TrimSuffix(filepath.Base(argv[0]), ".exe") {
	case "code", "codium", "cursor":
		return append(argv, "--goto", place)
	case "hx", "helix", "subl", "zed":
		return append(argv, place)
	}
	return append(argv, "+"+strconv.Itoa(line), file)
}
