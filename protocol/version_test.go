package protocol

import "testing"

func TestParseVersion(t *testing.T) {
	for in, want := range map[Text]Version{
		"1":     {1, 0},
		"1.0":   {1, 0},
		"1.1":   {1, 1},
		"1.23":  {1, 23},
		"20.30": {20, 30},
	} {
		if got, err := ParseVersion(in); got != want || err != nil {
			t.Errorf("ParseVersion(%q) = %v, %v, want %v", in, got, err, want)
		}
	}
	for _, in := range []Text{"", "2", "1.", ".1", "1.1.1", "v1.1", "1.-1", "+1.1", "1.10000", "1.1 ", "١.1", "99999999999999999999.1"} {
		if got, err := ParseVersion(in); err == nil {
			t.Errorf("ParseVersion(%q) = %v", in, got)
		}
	}
}

func TestCommon(t *testing.T) {
	for _, test := range []struct {
		a, b, want Version
		ok         bool
	}{
		{Version{1, 1}, Version{1, 0}, Version{1, 0}, true},
		{Version{1, 1}, Version{1, 9}, Version{1, 1}, true},
		{Version{1, 1}, Version{2, 1}, Version{}, false},
		{Version{1, 1}, Version{0, 1}, Version{}, false},
	} {
		if got, err := Common(test.a, test.b); got != test.want || (err == nil) != test.ok {
			t.Errorf("Common(%v, %v) = %v, %v", test.a, test.b, got, err)
		}
	}
}

func FuzzParseVersion(f *testing.F) {
	f.Add("1")
	f.Add("1.23")
	f.Fuzz(func(t *testing.T, s string) {
		v, err := ParseVersion(Text(s))
		if err != nil {
			return
		}
		if again, err := ParseVersion(Text(v.String())); again != v || err != nil {
			t.Fatalf("%q is %v, which is %v, %v", s, v, again, err)
		}
	})
}
