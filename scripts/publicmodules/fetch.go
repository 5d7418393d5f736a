package main

import (
	"encoding/json"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
)

// fetch puts a writable copy of m below dir, unless it is there already, and returns where.
func fetch(m module, dir string) (string, error) {
	to := filepath.Join(dir, strings.ReplaceAll(m.path, "/", "_")+"@"+m.version)
	if _, err := os.Stat(to); err == nil {
		return to, nil
	}
	cmd := exec.Command("go", "mod", "download", "-json", m.path+"@"+m.version)
	cmd.Dir = dir // outside our own module
	out, err := cmd.Output()
	var got struct{ Dir, Error string }
	if jsonErr := json.Unmarshal(out, &got); jsonErr != nil || got.Dir == "" {
		return "", fmt.Errorf("download %s@%s: %s (%w)", m.path, m.version, got.Error, err)
	}
	half := to + ".new"
	if err := os.RemoveAll(half); err != nil {
		return "", err
	}
	if err := copyTree(got.Dir, half); err != nil {
		return "", fmt.Errorf("copy %q: %w", got.Dir, err)
	}
	return to, os.Rename(half, to)
}

// copyTree copies files and directories and makes them writable, which they aren't in the module cache.
func copyTree(from, to string) error {
	if err := os.CopyFS(to, os.DirFS(from)); err != nil {
		return err
	}
	return filepath.WalkDir(to, func(path string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		info, err := d.Info()
		if err != nil {
			return err
		}
		return os.Chmod(path, info.Mode().Perm()|0o200)
	})
}
