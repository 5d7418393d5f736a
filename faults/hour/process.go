//go:build linux

package main

import (
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"time"
)

// sample is how much memory of a process is resident at a time, in MiB.
type sample struct {
	at  time.Duration
	rss float64

	metered    bool    // the process itself tells:
	live, rest float64 // what was in use after the last collection, and what there is beside the heap
}

// read reads what the process itself has told last.
func (s *sample) read(meter string) {
	text, _ := os.ReadFile(meter)
	var live, rest float64
	if n, _ := fmt.Sscan(string(text), &live, &rest); n == 2 {
		const mib = 1 << 20
		s.metered, s.live, s.rest = true, live/mib, rest/mib
	}
}

// figures are those of a process, in MiB.
type figures struct {
	rss  float64 // all that is in memory, shared or not
	pss  float64 // of what is shared its part alone
	anon float64 // neither files nor shared memory: heap and stacks
	cpu  time.Duration
}

// resident is the memory of a process, in MiB. It costs less than lookAt.
func resident(pid int) (float64, error) {
	text, err := os.ReadFile(fmt.Sprintf("/proc/%d/statm", pid))
	if err != nil {
		return 0, err
	}
	fields := strings.Fields(string(text))
	pages, err := strconv.Atoi(fields[1])
	if err == nil && pages == 0 {
		err = fmt.Errorf("process %d has ended", pid)
	}
	return float64(pages) * float64(os.Getpagesize()) / (1 << 20), err
}

// lookAt looks at a process closely.
func lookAt(pid int) (s figures, err error) {
	text, err := os.ReadFile(fmt.Sprintf("/proc/%d/smaps_rollup", pid))
	if err != nil {
		return s, err
	}
	for line := range strings.Lines(string(text)) {
		name, value, _ := strings.Cut(line, ":")
		kib, _ := strconv.ParseFloat(strings.TrimSuffix(strings.TrimSpace(value), " kB"), 64)
		switch name {
		case "Rss":
			s.rss = kib / 1024
		case "Pss":
			s.pss = kib / 1024
		case "Anonymous":
			s.anon = kib / 1024
		}
	}
	if s.rss == 0 {
		return s, fmt.Errorf("process %d has ended", pid)
	}
	const userTime, ticks = 12, 10 * time.Millisecond // see stat
	if fields := stat(pid); len(fields) > userTime+1 {
		user, _ := strconv.Atoi(fields[userTime])
		system, _ := strconv.Atoi(fields[userTime+1])
		s.cpu = time.Duration(user+system) * ticks
	}
	return s, nil
}

// stat are the fields of a process's status: name, state, parent... None if it is gone.
func stat(pid int) []string {
	text, _ := os.ReadFile(fmt.Sprintf("/proc/%d/stat", pid))
	_, rest, _ := strings.Cut(string(text), " (")
	end := strings.LastIndex(rest, ") ")
	if end < 0 {
		return nil
	}
	return append([]string{rest[:end]}, strings.Fields(rest[end+2:])...)
}

func parent(pid int) (int, error) {
	fields := stat(pid)
	if fields == nil {
		return 0, fmt.Errorf("process %d has ended", pid)
	}
	return strconv.Atoi(fields[2])
}

// childNamed is a child of the process with that name, 0 for none.
func childNamed(ppid int, name string) int {
	dirs, _ := filepath.Glob("/proc/[0-9]*")
	for _, dir := range dirs {
		pid, _ := strconv.Atoi(filepath.Base(dir))
		if f := stat(pid); f != nil && f[0] == name && f[2] == strconv.Itoa(ppid) {
			return pid
		}
	}
	return 0
}
