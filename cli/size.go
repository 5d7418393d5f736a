package cli

import (
	"errors"
	"fmt"
	"math"
	"strconv"
	"strings"
)

// leastMemory is the smallest budget that there is use in, in bytes.
const leastMemory = 1 << 20

// defaultMemory is how much a screen keeps, in bytes.
const defaultMemory = 512 << 20

// size is a number of bytes as a flag.
type size int64

// units are what may stand behind the number, in lower case.
var units = map[string]float64{
	"": 1, "b": 1,
	"k": 1 << 10, "kib": 1 << 10, "kb": 1e3,
	"m": 1 << 20, "mib": 1 << 20, "mb": 1e6,
	"g": 1 << 30, "gib": 1 << 30, "gb": 1e9,
	"t": 1 << 40, "tib": 1 << 40, "tb": 1e12,
}

var errSize = errors.New("a size is a number of bytes, or has a unit, as in 512MiB or 2GB")

// parseSize reads a number of bytes, with or without a unit.
func parseSize(text string) (float64, error) {
	number := strings.TrimRight(text, "bBiIkKmMgGtT ")
	unit, ok := units[strings.ToLower(strings.TrimSpace(text[len(number):]))]
	n, err := strconv.ParseFloat(number, 64)
	if !ok || err != nil || math.IsNaN(n) || n < 0 {
		return 0, errSize
	}
	return n * unit, nil
}

// Set implements [github.com/spf13/pflag.Value].
func (s *size) Set(text string) error {
	n, err := parseSize(text)
	if err != nil {
		return err
	}
	switch {
	case n < leastMemory:
		least := size(leastMemory)
		return fmt.Errorf("needs at least %v", &least)
	case n >= math.MaxInt:
		return errors.New("is more than any machine has")
	}
	*s = size(n)
	return nil
}

// String writes the size in the largest unit that it is a whole number of.
func (s *size) String() string {
	unit, n := "", int64(*s)
	for _, u := range []string{"KiB", "MiB", "GiB", "TiB"} {
		if n == 0 || n%1024 != 0 {
			break
		}
		unit, n = u, n/1024
	}
	return strconv.FormatInt(n, 10) + unit
}

// Type implements [github.com/spf13/pflag.Value].
func (*size) Type() string { return "size" }
