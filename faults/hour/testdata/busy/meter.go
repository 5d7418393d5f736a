package main

import (
	"fmt"
	"log"
	"os"
	"path/filepath"
	"runtime"
	"runtime/metrics"
	"strconv"
	"strings"
	"time"
)

// The tool looks at programs from outside. What is garbage can be told from inside alone, so both the traced program and the
// viewer have this file in their package main.
func init() {
	if dir := os.Getenv("HOUR_METER"); dir != "" {
		go meter(filepath.Join(dir, strconv.Itoa(os.Getpid())))
	}
}

// meter writes down, once a second, what was live after the last collection, and what there is beside the heap: what the runtime
// has for itself, and what is resident of files. Both are in bytes. Whoever wants it to collect first makes a file for that,
// which is gone when it has.
func meter(file string) {
	out, err := os.Create(file)
	if err != nil {
		log.Fatal(err)
	}
	used := []metrics.Sample{
		{Name: "/gc/heap/live:bytes"},
		{Name: "/memory/classes/total:bytes"},
		{Name: "/memory/classes/heap/released:bytes"},
		{Name: "/memory/classes/heap/objects:bytes"},
		{Name: "/memory/classes/heap/unused:bytes"},
		{Name: "/memory/classes/heap/free:bytes"},
	}
	ask := file + ".settle"
	for range time.Tick(time.Second) {
		_, err := os.Stat(ask)
		asked := err == nil
		if asked {
			runtime.GC() // twice, for what is in pools survives the first
			runtime.GC()
		}
		metrics.Read(used)
		live, beside := used[0].Value.Uint64(), used[1].Value.Uint64()
		for _, heap := range used[2:] {
			beside -= heap.Value.Uint64()
		}
		if _, err := out.WriteAt(fmt.Appendf(nil, "%20d %20d\n", live, beside+files()), 0); err != nil {
			log.Fatal(err)
		}
		if asked {
			_ = os.Remove(ask)
		}
	}
}

// files is how much of files and shared memory is resident, in bytes.
func files() uint64 {
	text, _ := os.ReadFile("/proc/self/statm")
	fields := strings.Fields(string(text) + " 0 0 0")
	pages, _ := strconv.ParseUint(fields[2], 10, 64)
	return pages * uint64(os.Getpagesize())
}
