package instrument

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
)

// overlay maps a file's absolute path to that of the file to read in its place; "" means that it isn't there.
type overlay map[string]string

// userOverlay reads the overlay that the user gives with a flag or in GOFLAGS. A nil one is none.
func (p *planner) userOverlay() (overlay, error) {
	dir := p.goCmd.dir
	file, _ := p.flag("overlay")
	if file == "" {
		return nil, nil
	}
	data, err := os.ReadFile(absolute(dir, file))
	if err != nil {
		return nil, fmt.Errorf("read the overlay: %w", err)
	}
	var parsed struct{ Replace map[string]string }
	if err := json.Unmarshal(data, &parsed); err != nil {
		return nil, fmt.Errorf("read the overlay %q: %w", file, err)
	}
	o := make(overlay, len(parsed.Replace))
	for from, to := range parsed.Replace {
		if to != "" {
			to = absolute(dir, to)
		}
		o[absolute(dir, from)] = to
	}
	return o, nil
}

// place is where the go command would read a file; "" is nowhere.
func (o overlay) place(path string) string {
	if to, ok := o[path]; ok {
		return to
	}
	return path
}

// read returns what the go command would read.
func (o overlay) read(path string) ([]byte, error) { return os.ReadFile(o.place(path)) }

// marshal gives the file that -overlay takes.
func (o overlay) marshal() ([]byte, error) {
	data, err := json.MarshalIndent(struct{ Replace overlay }{o}, "", "\t")
	if err != nil {
		return nil, fmt.Errorf("write the overlay: %w", err)
	}
	return data, nil
}

func absolute(dir, path string) string {
	if filepath.IsAbs(path) {
		return filepath.Clean(path)
	}
	return filepath.Join(dir, path)
}
