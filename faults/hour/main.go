//go:build linux

// Command hour traces a program at full rate for an hour, and checks that the memory of viewer and program stays in its
// budget and doesn't grow once both are warm. It is started in the repository's root:
//
//	go run ./faults/hour                     one viewer with a screen, one that prints, at the same time
//	go run ./faults/hour -length 5m -viewers screen
//
// It prints a table of memory in MiB, and in the end the slope of each process's in MiB an hour, and fails when one is over a
// bound, or too uncertain to tell. What is judged is what is live after a collection of garbage, and what there is
// beside the heap; a file that is added to both programs tells these (testdata/busy/meter.go). Once a minute the program is stopped for some
// seconds before a viewer's is looked at, so that nothing is on its way that comes and goes. In a short run the noise of
// a slope is above the bound: under half an hour slopes are told, and not judged.
package main

import (
	"context"
	"encoding/json"
	"flag"
	"fmt"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"strings"
	"syscall"
	"time"
)

// The bounds, in MiB.
const (
	maxSlope  = 1.0 // an hour
	maxSpread = 0.5 // of a slope: with more it doesn't tell 1 from 1.5
	maxExtra  = 64  // of the program over the same without hooks
	maxKeeper = 32
	fixedPart = 192 // of a viewer over --memory
)

// judgeable is from how long a run on slopes are judged, and look how often memory is looked at.
const (
	judgeable = 30 * time.Minute
	look      = time.Second
)

// Viewers get to settle so often in the length that is measured, but not more often than that.
const (
	settles     = 60
	settleEvery = 30 * time.Second
)

type options struct {
	length, warmup, every time.Duration
	viewers               string
	memory                int // MiB
}

func main() {
	var o options
	flag.DurationVar(&o.length, "length", time.Hour, "how long to trace after the warm-up")
	flag.DurationVar(&o.warmup, "warmup", 0, "how long to wait first (default a sixth of the length)")
	flag.DurationVar(&o.every, "every", 10*time.Second, "how often to print a row; memory is looked at every second")
	flag.StringVar(&o.viewers, "viewers", "screen,plain", "which viewers, with commas between them")
	flag.IntVar(&o.memory, "memory", 512, "what viewers may keep, in MiB")
	flag.Parse()
	if o.warmup == 0 {
		o.warmup = o.length / 6
	}
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	if err := run(ctx, o); err != nil {
		fmt.Fprintln(os.Stderr, "hour:", err)
		os.Exit(1)
	}
}

func run(ctx context.Context, o options) error {
	dir, err := os.MkdirTemp("", "hour")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	goapptrace := filepath.Join(dir, "goapptrace")
	if err := buildMetered(goapptrace, dir); err != nil {
		return fmt.Errorf("build goapptrace: %w", err)
	}
	plain, err := plainMemory(ctx, dir)
	if err != nil {
		return fmt.Errorf("run %s without hooks: %w", busy, err)
	}
	fmt.Printf("without hooks the program uses %.1f MiB\n", plain)
	var scenes []*scene
	defer func() {
		for _, s := range scenes {
			s.end()
		}
	}()
	for _, kind := range strings.Split(o.viewers, ",") {
		s, err := startScene(ctx, kind, goapptrace, dir, o.memory)
		if err != nil {
			return fmt.Errorf("viewer %q: %w", kind, err)
		}
		scenes = append(scenes, s)
	}
	if err := watch(ctx, scenes, o); err != nil {
		return err
	}
	return judge(scenes, plain, o)
}

// buildMetered builds goapptrace with the file that tells what the program uses.
func buildMetered(output, dir string) error {
	root, err := os.Getwd()
	if err != nil {
		return err
	}
	overlay, file := filepath.Join(dir, "overlay.json"), "meter.go"
	text, err := json.Marshal(map[string]any{"Replace": map[string]string{filepath.Join(root, file): filepath.Join(root, busy, file)}})
	if err == nil {
		err = os.WriteFile(overlay, text, 0o600)
	}
	if err != nil {
		return err
	}
	if out, err := exec.Command("go", "build", "-overlay", overlay, "-o", output, ".").CombinedOutput(); err != nil {
		return fmt.Errorf("%w\n%s", err, out)
	}
	return nil
}

// watch samples until the time is over or ctx ends, which is as good.
func watch(ctx context.Context, scenes []*scene, o options) error {
	fmt.Println(header())
	tick := time.NewTicker(look)
	defer tick.Stop()
	begin, printed, settled := time.Now(), time.Duration(0), time.Duration(0)
	for at := time.Duration(0); at < o.warmup+o.length; {
		select {
		case <-ctx.Done():
			return nil
		case <-tick.C:
		}
		at = time.Since(begin)
		rows := at-printed >= o.every
		if rows {
			printed = at
		}
		if at-settled >= max(o.length/settles, settleEvery) {
			settled = at
			if err := settle(scenes, at); err != nil {
				return fmt.Errorf("after %v: %w", at, err)
			}
		}
		for _, s := range scenes {
			err := s.sample(at)
			if err == nil && rows {
				err = s.print(at)
			}
			if err != nil {
				return fmt.Errorf("viewer %q after %v: %w", s.kind, at, err)
			}
		}
	}
	return nil
}
