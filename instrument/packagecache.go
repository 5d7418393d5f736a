package instrument

import (
	"encoding/json"
	"path/filepath"
)

// hookedPackage is what became of a package's files. The store keeps it by what went in: see [packageInput].
type hookedPackage struct {
	Hooked, Leaves, Skipped int
	Files                   map[string]storedFile // by the names of those in whose place they are
	Spared                  []string              // embedded files, that would have hooks otherwise
	Names                   []string              // of the hooked functions; none of a standard package's
}

// storedFile is a file in the store.
type storedFile struct {
	Path string // below the store's directory
	Size int64  // in bytes
}

// add counts what is in one more file.
func (h *hookedPackage) add(out Rewritten) {
	h.Hooked += out.Hooked
	h.Leaves += out.Leaves
	h.Skipped += out.Skipped
	h.Names = append(h.Names, out.Names...)
}

// keep stores what takes the place of a file.
func (h *hookedPackage) keep(s store, in *packageInput, name string, text []byte) error {
	if in.Lines {
		text = withOrigin(filepath.Join(in.Dir, name), text)
	}
	path, err := s.put(filepath.Base(name), text)
	if err != nil {
		return err
	}
	if path, err = filepath.Rel(s.dir, path); err != nil {
		return err
	}
	if h.Files == nil {
		h.Files = make(map[string]storedFile)
	}
	h.Files[name] = storedFile{path, int64(len(text))}
	return nil
}

// packageInput is all that decides what becomes of a package's files: [packageInput.rewrite] sees nothing else. Neither sizes nor
// times of files are trusted, which version control and clocks set back.
type packageInput struct {
	Program               string // whose rewriting it is
	Dir, ImportPath, Name string
	Standard              bool
	Lines                 bool // files say where they come from; see relocated
	Options               RewriteOptions
	Files, Tests          []inputFile
}

// inputFile is a file as the go command would read it.
type inputFile struct {
	Name     string // below the package's directory
	Sum      []byte // of its text
	Embedded bool   // the program can see the text
	text     []byte
}

func (in *packageInput) key() (string, error) {
	data, err := json.Marshal(in)
	return "package 1 " + string(data), err
}

// recall returns what became of the package the last time, if all of that is still there.
func (s store) recall(in *packageInput) (hookedPackage, bool) {
	key, err := in.key()
	if err != nil {
		return hookedPackage{}, false
	}
	data, ok := s.get(key)
	var known hookedPackage
	if !ok || json.Unmarshal(data, &known) != nil {
		return hookedPackage{}, false
	}
	for _, file := range known.Files {
		if !s.has(filepath.Join(s.dir, file.Path), file.Size) {
			return hookedPackage{}, false
		}
	}
	return known, true
}

// remember keeps what became of the package. It is a cache: failing to write is no error.
func (s store) remember(in *packageInput, out hookedPackage) {
	key, err := in.key()
	if err != nil {
		return
	}
	if data, err := json.Marshal(out); err == nil {
		s.set(key, data)
	}
}
