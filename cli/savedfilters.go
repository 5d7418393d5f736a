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

	"goapptrace/ui"
)

// maxFiltersFile bounds what is read of the file with filters, in bytes.
const maxFiltersFile = 1 << 20

const filtersHeader = "# Filters with names, as goapptrace's screen offers them at / and ctrl+r: one \"name: filter\" a line.\n"

// filtersFile is where the user's filters are kept.
func filtersFile() (string, error) { return userFile("filters") }

// userFilters are the user's filters, and what keeps them. What can't be read isn't written over.
func userFilters() (list []ui.SavedFilter, keep func([]ui.SavedFilter) error) {
	list, err := loadFilters()
	if err != nil {
		return nil, func([]ui.SavedFilter) error { return err }
	}
	return list, keepFilters
}

// loadFilters reads the user's filters; none when there is no file. What is no filter with a name is passed over.
func loadFilters() ([]ui.SavedFilter, error) {
	file, err := filtersFile()
	if err != nil {
		return nil, fmt.Errorf("saved filters: %w", err)
	}
	data, err := os.ReadFile(file)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err == nil && (len(data) > maxFiltersFile || !utf8.Valid(data)) {
		err = fmt.Errorf("%q is not a list of filters: mend or remove it", file)
	}
	if err != nil {
		return nil, fmt.Errorf("saved filters: %w", err)
	}
	var list []ui.SavedFilter
	for line := range strings.Lines(string(data)) {
		name, text, ok := strings.Cut(strings.TrimSpace(line), ":")
		name, text = strings.TrimSpace(name), strings.TrimSpace(text)
		if ok && name != "" && text != "" && !strings.HasPrefix(name, "#") {
			list = append(list, ui.SavedFilter{Name: name, Text: text})
		}
	}
	return list, nil
}

// keepFilters writes the user's filters: all or nothing, as other screens may be reading.
func keepFilters(list []ui.SavedFilter) error {
	file, err := filtersFile()
	if err != nil {
		return fmt.Errorf("saved filters: %w", err)
	}
	var b bytes.Buffer
	b.WriteString(filtersHeader)
	for _, f := range list {
		fmt.Fprintf(&b, "%s: %s\n", f.Name, strings.NewReplacer("\n", " ", "\r", " ").Replace(f.Text))
	}
	if err := replaceFile(file, b.Bytes()); err != nil {
		return fmt.Errorf("saved filters: %w", err)
	}
	return nil
}

// replaceFile writes a file of the user's own, and its directory when there is none.
func replaceFile(file string, data []byte) error {
	if err := os.MkdirAll(filepath.Dir(file), 0o700); err != nil {
		return err
	}
	tmp, err := os.CreateTemp(filepath.Dir(file), ".filters-*")
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
