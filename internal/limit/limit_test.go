package limit

import (
	"strings"
	"testing"
	"time"
)

func TestFill(t *testing.T) {
	for name, tt := range map[string]struct {
		wait   time.Duration
		number int
		fine   time.Duration
		wrong  string
	}{
		"defaults":        {},
		"as given":        {wait: time.Minute, number: 7, fine: time.Hour},
		"no fine":         {fine: -1},
		"negative time":   {wait: -1, wrong: "limit wait"},
		"negative number": {number: -1, wrong: "limit number"},
	} {
		list := func(wait, fine *time.Duration, number *int) []Limit {
			return []Limit{{Name: "wait", Value: wait}, {Name: "number", Value: number}, {Name: "fine", Value: fine, Off: true}}
		}
		wait, number, fine := time.Second, 3, 2*time.Second
		got := tt
		err := Fill(list(&got.wait, &got.fine, &got.number), list(&wait, &fine, &number))
		if tt.wrong != "" {
			if err == nil || !strings.HasPrefix(err.Error(), tt.wrong) {
				t.Errorf("%s: %v, want an error about %s", name, err, tt.wrong)
			}
			continue
		}
		if err != nil {
			t.Errorf("%s: %v", name, err)
		}
		for _, v := range []struct{ got, given, fallback any }{
			{got.wait, tt.wait, wait}, {got.fine, tt.fine, fine}, {got.number, tt.number, number},
		} {
			want := v.given
			if want == time.Duration(0) || want == 0 {
				want = v.fallback
			}
			if v.got != want {
				t.Errorf("%s: %v, want %v", name, v.got, want)
			}
		}
	}
}
