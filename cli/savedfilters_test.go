package cli

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"goapptrace/ui"
)

func TestSavedFilters(t *testing.T) {
	dir := t.TempDir()
	t.Setenv("XDG_CONFIG_HOME", dir)
	t.Setenv("HOME", dir)
	list, keep := userFilters()
	if len(list) > 0 {
		t.Fatalf("there are %v", list)
	}
	want := []ui.SavedFilter{{Name: "slow errors", Text: `dur > 10ms and error ~ "a: b"`}, {Name: "store", Text: "store"}}
	for range 2 {
		if err := keep(want); err != nil {
			t.Fatal(err)
		}
	}
	if got, _ := userFilters(); !slices.Equal(got, want) {
		t.Errorf("got %v, want %v", got, want)
	}
	file, _ := userFile(savedFilters.file)
	if left, _ := os.ReadDir(filepath.Dir(file)); len(left) != 1 {
		t.Errorf("%d files are left", len(left))
	}
	if err := os.WriteFile(file, []byte("\xff"), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, keep = userFilters(); keep(want) == nil || !strings.Contains(keep(want).Error(), "mend or remove it") {
		t.Errorf("what can't be read was written over: %v", keep(want))
	}
}
