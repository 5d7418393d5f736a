package protocol

import (
	"fmt"
	"strconv"
	"strings"
)

// Version is a protocol version. Versions of one major number understand each other;
// both ends then speak the smaller minor.
type Version struct {
	Major, Minor int
}

// The versions that this package speaks. [Original] is what the clients of 2018 call "1".
var (
	Original = Version{1, 0}
	Current  = Version{1, 1}
)

// originalString is how the first implementation writes [Original], and the only answer it accepts.
const originalString = "1"

// maxVersionNumber bounds each half of a version, so that a version always fits its line.
const maxVersionNumber = 9999

// ParseVersion reads "major.minor". The bare "1" of the first implementation means 1.0.
func ParseVersion(s Text) (Version, error) {
	if s == originalString {
		return Original, nil
	}
	major, minor, ok := strings.Cut(string(s), ".")
	if !ok {
		return Version{}, fmt.Errorf("version %q is not of the form major.minor", clip(s))
	}
	var v Version
	var err error
	if v.Major, err = parseVersionNumber(major); err != nil {
		return Version{}, fmt.Errorf("version %q: major: %w", clip(s), err)
	}
	if v.Minor, err = parseVersionNumber(minor); err != nil {
		return Version{}, fmt.Errorf("version %q: minor: %w", clip(s), err)
	}
	return v, nil
}

func parseVersionNumber(s string) (int, error) {
	for _, c := range []byte(s) {
		if c < '0' || c > '9' {
			return 0, fmt.Errorf("%q is not a number", clip(Text(s)))
		}
	}
	n, err := strconv.Atoi(s)
	if err != nil {
		return 0, fmt.Errorf("%q is not a number", clip(Text(s)))
	}
	if n > maxVersionNumber {
		return 0, fmt.Errorf("%d is over %d", n, maxVersionNumber)
	}
	return n, nil
}

// String is the "major.minor" form.
func (v Version) String() string {
	return strconv.Itoa(v.Major) + "." + strconv.Itoa(v.Minor)
}

// Common is the version that two ends speak with each other, or an error that says why there is none.
func Common(a, b Version) (Version, error) {
	if a.Major != b.Major {
		return Version{}, fmt.Errorf("version %v and version %v have different major numbers", a, b)
	}
	return Version{a.Major, min(a.Minor, b.Minor)}, nil
}

// clip shortens a stranger's text for an error message.
func clip(s Text) string {
	const most = 64
	if len(s) <= most {
		return string(s)
	}
	return string(s[:most]) + "..."
}
