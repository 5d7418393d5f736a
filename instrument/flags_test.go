package instrument

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestParseArguments(t *testing.T) {
	tests := map[string]struct {
		parse func([]string) (Arguments, error)
		in    string
		want  Arguments
	}{
		"a value with dashes": {ParseBuild, "-ldflags -s -o out .", Arguments{Flags: []string{"-ldflags=-s", "-o=out"}, Packages: []string{"."}}},
		"an end of flags":     {ParseBuild, "-v -- .", Arguments{Flags: []string{"-v"}, Packages: []string{"."}}},
		"test": {ParseTest, "-run X ./... -count=1 -v -args -run", Arguments{
			Flags: []string{"-run=X", "-count=1", "-v"}, Packages: []string{"./..."}, Rest: []string{"-args", "-run"},
		}},
		"a test's own flags": {ParseTest, "-v ./a ./b -update -run X stray -args y", Arguments{
			Flags: []string{"-v", "-run=X"}, Packages: []string{"./a", "./b"}, Rest: []string{"-args", "-update", "stray", "y"},
		}},
		"no package, a test's own flag": {ParseTest, "-update ./a", Arguments{Rest: []string{"-args", "-update", "./a"}}},
		"no package, an end of flags":   {ParseTest, "-v -- -run", Arguments{Flags: []string{"-v"}, Rest: []string{"-args", "--", "-run"}}},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			got, err := test.parse(strings.Fields(test.in))
			if err != nil {
				t.Fatal(err)
			}
			if len(got.Rest) == 0 {
				got.Rest = nil
			}
			if len(got.Packages) == 0 {
				got.Packages = nil
			}
			if diff := cmp.Diff(test.want, got); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestParseArgumentsRefuses(t *testing.T) {
	for _, in := range []string{"-nonsense .", "-tags", "-exec"} {
		if _, err := ParseBuild(strings.Fields(in)); err == nil {
			t.Errorf("%q was taken", in)
		}
	}
}

func TestListFlags(t *testing.T) {
	got := listFlags([]string{"-race", "-ldflags=-s", "-tags=x", "-o=out", "-run=X"})
	if diff := cmp.Diff([]string{"-race", "-tags=x"}, got); diff != "" {
		t.Error(diff)
	}
}

func TestChangeDir(t *testing.T) {
	dir, flags := changeDir("/a", []string{"-C=b", "-race"})
	if dir != "/a/b" || len(flags) != 1 {
		t.Errorf("got %q %q", dir, flags)
	}
}
