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

// places are the directories on which it depends what belongs to a build, and files beside them.
type places struct{ Dirs, Files []string }

func (p places) equal(q places) bool {
	return slices.Equal(p.Dirs, q.Dirs) && slices.Equal(p.Files, q.Files)
}

// places are the directories of packages that may change, those above them in their module, where a go.mod would make it another,
// and what the go command is set up with.
func (p *planner) places(packages []*listed) places {
	root := filepath.Dir(p.env.GOMOD)
	dirs := map[string]bool{root: true}
	upwards := func(dir string) {
		for ; dir != root && below(dir, root); dir = filepath.Dir(dir) {
			dirs[dir] = true
		}
	}
	upwards(p.goCmd.dir)
	for _, pkg := range packages {
		if !p.lasts(pkg.Dir) {
			upwards(pkg.Dir)
		}
	}
	version := versionFile(findTools("")[0])
	files := []string{p.env.GOENV, version, filepath.Join(filepath.Dir(version), "go.env")}
	for dir := filepath.Dir(root); ; dir = filepath.Dir(dir) {
		files = append(files, filepath.Join(dir, "go.work"))
		if dir == filepath.Dir(dir) {
			break
		}
	}
	return places{slices.Sorted(maps.Keys(dirs)), files}
}

// lasts reports whether a directory is one in which nobody changes anything.
func (p *planner) lasts(dir string) bool {
	return below(dir, p.env.GOROOT) || below(dir, p.env.GOMODCACHE)
}

// sight is how places look: a sum that differs with anything there that a plan depends on. A nil one is like none.
type sight []byte

func (s sight) is(other sight) bool { return s != nil && bytes.Equal(s, other) }

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
	sum := sha256.New()
	for _, file := range slices.Concat(found...) {
		fmt.Fprintf(sum, "%q %x\n", file.Name, file.Sum)
	}
	return sum.Sum(nil)
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
