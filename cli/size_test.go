package cli

import "testing"

func TestSize(t *testing.T) {
	for text, want := range map[string]size{
		"1048576": 1 << 20, "512MiB": 512 << 20, "512mib": 512 << 20, "512M": 512 << 20, "512 MB": 512e6,
		"2GB": 2e9, "2GiB": 2 << 30, "1.5g": 3 << 29, "1024KiB": 1 << 20, "1T": 1 << 40, "2e6": 2e6, "2097152B": 2 << 20,
	} {
		var s size
		if err := s.Set(text); err != nil || s != want {
			t.Errorf("%q: %d, %v; want %d", text, s, err, want)
		}
	}
	for _, text := range []string{
		"", "MiB", "many", "12XB", "12MMB", "-1GB", "NaN", "inf", "1e400", "9223372036854775807", "1000000", "0", "0x10MiB x",
	} {
		s := size(7)
		if err := s.Set(text); err == nil || s != 7 {
			t.Errorf("%q: %d, %v; want an error", text, s, err)
		}
	}
}

func TestSizeAsText(t *testing.T) {
	for s, want := range map[size]string{defaultMemory: "512MiB", 1e9: "1000000000", 0: "0", 1 << 40: "1TiB", 1 << 50: "1024TiB", 1025: "1025"} {
		if got := s.String(); got != want {
			t.Errorf("%d: %q, want %q", int64(s), got, want)
		}
	}
}
