package cli

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"goapptrace/watch"
)

func TestWatchersAreKept(t *testing.T) {
	dir := t.TempDir()
	t.Setenv("XDG_CONFIG_HOME", dir)
	t.Setenv("HOME", dir)
	own, keep := userWatchers()
	if len(own) > 0 {
		t.Fatalf("without a file there are %+v", own)
	}
	want := []watch.Watcher{
		{Name: "slow store", Text: "dur > 5ms and pkg = store"}, {Name: "panic", Off: true}, {Name: "mine", Text: `error ~ "a: b"`, Off: true},
	}
	if err := keep(want); err != nil {
		t.Fatal(err)
	}
	if got, _ := userWatchers(); !slices.Equal(got, want) {
		t.Errorf("%+v, want %+v", got, want)
	}
	file := filepath.Join(dir, "goapptrace", "watchers")
	if err := os.WriteFile(file, []byte("# a: b\n\n one : err\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	if got, _ := userWatchers(); !slices.Equal(got, []watch.Watcher{{Name: "one", Text: "err"}}) {
		t.Errorf("%+v", got)
	}
	if err := os.WriteFile(file, []byte("wrong: dur > soon\none: err\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	if got, keep := userWatchers(); len(got) != 1 || keep(got) == nil {
		t.Errorf("%+v, and what makes no sense may be written over", got)
	}
	if err := os.WriteFile(file, []byte("\xff"), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, keep := userWatchers(); keep(want) == nil {
		t.Error("a file that can't be read is written over")
	}
}

func TestWatcherFlag(t *testing.T) {
	var f watcherFlag
	for _, text := range []string{"slow: dur > 1s", "panic: off"} {
		if err := f.Set(text); err != nil {
			t.Errorf("%s: %v", text, err)
		}
	}
	if len(f) != 2 || f[0].Text != "dur > 1s" || !f[1].Off {
		t.Errorf("%+v", f)
	}
	for text, want := range map[string]string{
		"slow": "'name: condition'", "slow:": "'name: condition'", "slow: dur > soon": "\n        ^", ": err": "'name: condition'",
	} {
		if err := f.Set(text); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v", text, err)
		}
	}
}
