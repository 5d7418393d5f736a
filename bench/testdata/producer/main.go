// Command producer makes calls of a mixture of functions, at a given rate or as fast as it can, and says how many.
//
//	producer -rate 5e6 -duration 3s
//
// It prints one line at its end: {"calls":…,"seconds":…}.
package main

import (
	"encoding/json"
	"flag"
	"log"
	"os"
	"runtime/pprof"
	"sync"
	"time"
)

// pause is how long a worker rests after it has made the calls that were due.
const pause = 100 * time.Microsecond

func main() {
	rate := flag.Float64("rate", 0, "calls a second, of all workers together; 0 for as many as can be made")
	duration := flag.Duration("duration", 3*time.Second, "how long")
	workers := flag.Int("workers", 2, "goroutines")
	profile := flag.String("cpuprofile", "", "write a CPU profile to this file")
	flag.Parse()
	if *profile != "" {
		f, err := os.Create(*profile)
		if err != nil {
			log.Fatal(err)
		}
		if err := pprof.StartCPUProfile(f); err != nil {
			log.Fatal(err)
		}
		defer pprof.StopCPUProfile()
	}
	began := time.Now()
	made := make([]int, *workers)
	var all sync.WaitGroup
	for i := range made {
		all.Go(func() { made[i] = work(began, *duration, *rate/float64(*workers)) })
	}
	all.Wait()
	seconds := time.Since(began).Seconds()
	calls := 0
	for _, n := range made {
		calls += n
	}
	if err := json.NewEncoder(os.Stdout).Encode(map[string]any{"calls": calls, "seconds": seconds}); err != nil {
		log.Fatal(err)
	}
}

// work makes the calls of one goroutine and returns their number.
func work(began time.Time, duration time.Duration, rate float64) (calls int) {
	s := &state{}
	for {
		passed := time.Since(began)
		if passed >= duration {
			return calls
		}
		if rate == 0 {
			for range 100 {
				calls += s.request()
			}
			continue
		}
		for due := int(rate * passed.Seconds()); calls < due; {
			calls += s.request()
		}
		time.Sleep(pause)
	}
}
