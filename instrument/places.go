package instrument

import (
	"bytes"
	"crypto/sha256"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
)

// places are the directories on which it depends what go list says, and files beside them.
type places struct{ Dirs, Files []string }

func (p places) equal(q places) bool {
	return slices.Equal(p.Dirs, q.Dirs) && slices.Equal(p.Files, q.Files)
}

// places are those of packages that may change, and what lies above them in their module: a go.mod there would make it another.
func (p *planner) places(packages []*listed) places {
	root := filepath.Dir(p.env.GOMOD)
	dirs := map[string]bool{root: true}
	for _, pkg := range packages {
		if p.lasts(pkg) {
			continue
		}
		for dir := pkg.Dir; dir != root && below(dir, root); dir = filepath.Dir(dir) {
			dirs[dir] = true
		}
	}
	return places{slices.Sorted(maps.Keys(dirs)), []string{p.env.GOENV}}
}

// sight is how places look: their files by path, and a sum that differs with anything that go list would see.
type sight struct {
	sum   []byte
	files map[string]inputFile
}

func (s sight) is(sum []byte) bool { return sum != nil && bytes.Equal(s.sum, sum) }

// look reads all files that go list may read, and nothing else, so that others may come and go.
func (p places) look() sight {
	found := make([][]inputFile, len(p.Dirs)+len(p.Files))
	inParallel(len(found), func(i int) {
		if i < len(p.Dirs) {
			found[i] = readDir(p.Dirs[i])
		} else {
			found[i] = []inputFile{readInput(p.Files[i-len(p.Dirs)])}
		}
	})
	all := sight{files: make(map[string]inputFile)}
	sum := sha256.New()
	for _, file := range slices.Concat(found...) {
		fmt.Fprintf(sum, "%q %x\n", file.Name, file.Sum)
		if file.Sum != nil {
			all.files[file.Name] = file
		}
	}
	all.sum = sum.Sum(nil)
	return all
}

// readDir reads the files of a directory that tell what belongs to a build. Their names are paths.
func readDir(dir string) []inputFile {
	entries, err := os.ReadDir(dir)
	if err != nil {
		return []inputFile{{Name: dir}}
	}
	var files []inputFile
	for _, entry := range entries {
		if name := entry.Name(); decides(name) {
			files = append(files, readInput(filepath.Join(dir, name)))
		}
	}
	return files
}

// decides reports whether what belongs to a build, less its tests, may depend on a file.
func decides(name string) bool {
	switch filepath.Ext(name) {
	case ".go":
		return !isTestFile(name)
	case ".mod", ".sum", ".work":
		return true
	}
	return name == "vendor" || name == "modules.txt"
}

// readInput reads a file. One that can't be read has no sum.
func readInput(path string) inputFile {
	text, err := os.ReadFile(path)
	if err != nil {
		return inputFile{Name: path}
	}
	sum := sha256.Sum256(text)
	return inputFile{Name: path, Sum: sum[:], text: text}
}
