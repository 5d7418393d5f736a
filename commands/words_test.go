package commands

import (
	"slices"
	"testing"
)

func TestJoinFilters(t *testing.T) {
	for _, tt := range []struct{ given, want []string }{
		{[]string{"calls", "--filter", "dur", ">", "1ms", "--json"}, []string{"calls", "--filter", "dur > 1ms", "--json"}},
		{[]string{"calls", "--filter", "dur > 1ms", "--json"}, []string{"calls", "--filter", "dur > 1ms", "--json"}},
		{[]string{"calls", "--filter=dur", ">", "1ms", "-f", "now"}, []string{"calls", "--filter=dur > 1ms", "-f", "now"}},
		{[]string{"calls", "--filter", "--json"}, []string{"calls", "--filter", "--json"}},
		{[]string{"calls", "--filter", "g", "=", "-1"}, []string{"calls", "--filter", "g = -1"}},
		{[]string{"calls", "--json", "now"}, []string{"calls", "--json", "now"}},
		{[]string{"calls", "--filter"}, []string{"calls", "--filter"}},
		{nil, nil},
	} {
		if got := joinFilters(tt.given); !slices.Equal(got, tt.want) {
			t.Errorf("%q became %q, want %q", tt.given, got, tt.want)
		}
	}
}
