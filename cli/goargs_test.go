package cli

import (
	"errors"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestSplitGoArgs(t *testing.T) {
	own := map[string]bool{"plain": false, "json": false, "calls": true}
	tests := []struct {
		line string
		want goArgs
	}{
		{".", goArgs{pkgs: []string{"."}}},
		{"./shop -rate 3 --json", goArgs{pkgs: []string{"./shop"}, rest: []string{"-rate", "3", "--json"}}},
		{"a.go b.go c", goArgs{pkgs: []string{"a.go", "b.go"}, rest: []string{"c"}}},
		{"-race -tags x,y ./p", goArgs{build: []string{"-race", "-tags=x,y"}, pkgs: []string{"./p"}}},
		{"--tags=x -ldflags=-s ./p", goArgs{build: []string{"-tags=x", "-ldflags=-s"}, pkgs: []string{"./p"}}},
		{"--plain -calls 3 -race ./p -race", goArgs{
			own: []string{"--plain", "--calls=3"}, build: []string{"-race"}, pkgs: []string{"./p"}, rest: []string{"-race"},
		}},
		{"-json -calls=3 ./p", goArgs{own: []string{"--json", "--calls=3"}, pkgs: []string{"./p"}}},
		{"-buildvcs=false -C sub .", goArgs{build: []string{"-buildvcs=false"}, dir: "sub", pkgs: []string{"."}}},
		{"-C=sub -- . --", goArgs{dir: "sub", pkgs: []string{"."}, rest: []string{"--"}}},
		{"-gcflags -N -p 1 .", goArgs{build: []string{"-gcflags=-N", "-p=1"}, pkgs: []string{"."}}},
		{"", goArgs{}},
	}
	for _, tt := range tests {
		t.Run(tt.line, func(t *testing.T) {
			got, err := splitGoArgs(strings.Fields(tt.line), own)
			if err != nil {
				t.Fatal(err)
			}
			opts := cmp.Options{cmp.AllowUnexported(goArgs{}), cmp.Transformer("len", emptyIsNil)}
			if diff := cmp.Diff(tt.want, got, opts...); diff != "" {
				t.Errorf("(-want +got)\n%s", diff)
			}
		})
	}
}

// emptyIsNil lets an empty list equal none.
func emptyIsNil(s []string) string { return strings.Join(s, "\x00") }

func TestSplitGoArgsRefuses(t *testing.T) {
	tests := map[string]string{
		"-nonsense .": "unknown flag: -nonsense",
		"-tags":       "flag needs an argument: -tags",
		"--calls":     "flag needs an argument: -calls",
	}
	for line, want := range tests {
		_, err := splitGoArgs(strings.Fields(line), map[string]bool{"calls": true})
		if err == nil || err.Error() != want {
			t.Errorf("%q: got %v, want %q", line, err, want)
		}
	}
	if _, err := splitGoArgs([]string{"-race", "-h", "."}, nil); !errors.Is(err, errHelp) {
		t.Errorf("got %v, want errHelp", err)
	}
}
