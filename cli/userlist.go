package cli

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"unicode/utf8"
)

// userList is a file of the user's own that has one "name: text" a line, and comments behind #.
type userList struct{ file, what, header string }

// maxUserList bounds what is read of such a file, in bytes.
const maxUserList = 1 << 20

// entry is a line of a userList.
type entry struct{ name, text string }

// read returns the lines that aren't empty and no comments, without space around them; none when there is no file.
func (l userList) read() (file string, lines []string, err error) {
	if file, err = userFile(l.file); err != nil {
		return "", nil, fmt.Errorf("%s: %w", l.what, err)
	}
	data, err := os.ReadFile(file)
	if errors.Is(err, fs.ErrNotExist) {
		return file, nil, nil
	}
	if err == nil && (len(data) > maxUserList || !utf8.Valid(data)) {
		err = fmt.Errorf("%q is not a list of %s: mend or remove it", file, l.file)
	}
	if err != nil {
		return file, nil, fmt.Errorf("%s: %w", l.what, err)
	}
	for line := range strings.Lines(string(data)) {
		if line = strings.TrimSpace(line); line != "" && line[0] != '#' {
			lines = append(lines, line)
		}
	}
	return file, lines, nil
}

// write replaces the file: all or nothing, as other screens may be reading.
func (l userList) write(entries []entry) error {
	file, err := userFile(l.file)
	if err != nil {
		return fmt.Errorf("%s: %w", l.what, err)
	}
	var b bytes.Buffer
	b.WriteString(l.header)
	for _, e := range entries {
		fmt.Fprintf(&b, "%s: %s\n", e.name, strings.NewReplacer("\n", " ", "\r", " ").Replace(e.text))
	}
	if err := replaceFile(file, b.Bytes()); err != nil {
		return fmt.Errorf("%s: %w", l.what, err)
	}
	return nil
}

// cutEntry takes a line apart.
func cutEntry(line string) (e entry, ok bool) {
	name, text, ok := strings.Cut(line, ":")
	e = entry{strings.TrimSpace(name), strings.TrimSpace(text)}
	return e, ok && e.name != ""
}

// replaceFile writes a file of the user's own, and its directory when there is none.
func replaceFile(file string, data []byte) error {
	if err := os.MkdirAll(filepath.Dir(file), 0o700); err != nil {
		return err
	}
	tmp, err := os.CreateTemp(filepath.Dir(file), "."+filepath.Base(file)+"-*")
	if err != nil {
		return err
	}
	_, err = tmp.Write(data)
	if err = errors.Join(err, tmp.Close()); err == nil {
		err = os.Rename(tmp.Name(), file)
	}
	if err != nil {
		_ = os.Remove(tmp.Name())
	}
	return err
}
