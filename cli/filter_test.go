package cli

import (
	"bytes"
	"regexp"
	"strings"
	"testing"

	"goapptrace/query"
)

func filterOf(t *testing.T, text string) *query.Filter {
	t.Helper()
	f, err := query.Compile(text, query.Calls)
	if err != nil {
		t.Fatal(err)
	}
	return f
}

// Which calls pass, by their names and ends, in both ways of printing.
func TestFilter(t *testing.T) {
	inUTC(t)
	tests := []struct{ filter, want string }{
		{"err", "main.leaf error, main.work error"},
		{"leaf and dur >= 200ns", "main.leaf return, main.leaf error"},
		{"g = 2", "main.leaf return, main.work error"},
		{"depth = 2 or panic", "main.leaf return, main.leaf error, main.evil? panic, main.work panic, main.leaf lost"},
		{`error ~ "^not found"`, "main.leaf error"},
		{`args ~ s=`, "main.work return"},
		{"span = TestShop", "main.main open"},
		{"open", "main.main open, main.leaf open"},
		{"session = 2", ""},
	}
	call := regexp.MustCompile(`"function":"(main\.[a-z]+)[^"]*".*"end":"(\w+)"`)
	ended := regexp.MustCompile(`\).*;|} /\* `)
	for _, tt := range tests {
		var out, plain bytes.Buffer
		example().play((&jsonPrinter{out: newLineWriter(&out), filter: filterOf(t, tt.filter)}).open(1, "unix"), false)
		example().play((&plainPrinter{out: newLineWriter(&plain), filter: filterOf(t, tt.filter)}).open(1, "unix"), false)
		var got []string
		for _, m := range call.FindAllStringSubmatch(out.String(), -1) {
			got = append(got, strings.Replace(m[1], "evil", "evil?", 1)+" "+m[2])
		}
		if strings.Join(got, ", ") != tt.want {
			t.Errorf("%s: %s, want %s", tt.filter, strings.Join(got, ", "), tt.want)
		}
		lines := 0
		for line := range strings.Lines(plain.String()) {
			if ended.MatchString(line) {
				lines++
			}
		}
		if lines != len(got) {
			t.Errorf("%s: %d calls in plain, want %d:\n%s", tt.filter, lines, len(got), &plain)
		}
	}
}

func TestFilterFlag(t *testing.T) {
	var f filterFlag
	err := f.Set("größer and dur > 10")
	const want = "at character 18: dur is a time with a unit, such as 10ms, 1.5s or 200us\n" +
		"  größer and dur > 10\n" +
		"                   ^"
	if err == nil || err.Error() != want {
		t.Errorf("got\n%v\nwant\n%s", err, want)
	}
	if err := f.Set("dur > 10ms"); err != nil || f.String() != "dur > 10ms" {
		t.Errorf("%v, %v", &f, err)
	}
}
