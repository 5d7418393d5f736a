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

// meter writes down, once a second, what was live after the last collection, all of the heap, and all that is resident, in bytes.
// Whoever wants it to collect first makes a file for that, which is gone when it has.
func meter(file string) {
	out, err := os.Create(file)
	if err != nil {
		log.Fatal(err)
	}
	heap := []metrics.Sample{
		{Name: "/gc/heap/live:bytes"},
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
		metrics.Read(heap)
		live, all := heap[0].Value.Uint64(), uint64(0)
		for _, part := range heap[1:] {
			all += part.Value.Uint64()
		}
		if _, err := out.WriteAt(fmt.Appendf(nil, "%20d %20d %20d\n", live, all, resident()), 0); err != nil {
			log.Fatal(err)
		}
		if asked {
			_ = os.Remove(ask)
		}
	}
}

func resident() int {
	text, _ := os.ReadFile("/proc/self/statm")
	fields := strings.Fields(string(text) + " 0 0")
	pages, _ := strconv.Atoi(fields[1])
	return pages * os.Getpagesize()
}
