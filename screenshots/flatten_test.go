package main

import "testing"

func TestFlatten(t *testing.T) {
	const (
		plain   = "\x1b[0m\x1b[38;2;201;209;217m"
		reverse = "\x1b[0m\x1b[38;2;16;20;28;48;2;201;209;217m"
		red     = "\x1b[0m\x1b[38;2;255;0;0m"
		end     = "\x1b[0m\n"
	)
	tests := map[string]struct{ screen, want string }{
		"plain":    {"ab\ncd\n", plain + "ab" + end + plain + "cd" + end},
		"reverse":  {"a\x1b[7mb\x1b[27m\n", plain + "a" + reverse + "b" + end + plain + "  " + end},
		"reset fg": {"\x1b[38;2;255;0;0ma\x1b[39mb\n", red + "a" + plain + "b" + end + plain + "  " + end},
		"wide":     {"語\n◐b\n", plain + "語" + end + plain + "◔b" + end},
	}
	for name, test := range tests {
		if got := flatten(test.screen, 2, 2); got != test.want {
			t.Errorf("%s: %q, want %q", name, got, test.want)
		}
	}
}

func TestScenesHaveDifferentNames(t *testing.T) {
	seen := map[string]bool{}
	for _, s := range scenes {
		if seen[s.name] || s.width < 80 || s.height < 24 || len(s.steps) == 0 {
			t.Errorf("scene %q is doubled, small or empty", s.name)
		}
		seen[s.name] = true
	}
}
