package e2e

import (
	"os"
	"path/filepath"
	"testing"
)

// TestPalette goes the way of someone who knows what they want and not which key does it: to a function by some of its
// letters, and to an action, whose key they learn.
func TestPalette(t *testing.T) {
	s := start(t, 80, 24)
	s.enter("clear; goapptrace run ./examples/shop -rate 100")
	s.wait(`established 1\.1 +([3-9]|\d\d)s`) // by then it has called what is looked for

	s.press(":")
	s.wait(`Commands ─(.*\n)+.*: type some letters`)
	s.typed("store decode")
	s.wait(`▸ function .*decode`)
	s.press("Enter")
	s.wait(`2 Fun.*(.*\n)+.*▸\S*decode`)

	s.press(":")
	s.typed("pause")
	s.wait(`▸ action +pause and resume the view +space`)
	s.press("Enter")
	s.wait(`‖ paused`)
	s.press(":")
	s.wait(`▸ action +pause and resume the view +space(.*\n).*function .*decode`)
	s.press("Escape")
	s.wait(`│▸● shop`)

	s.press("q")
	s.wait(`shop is still running`)
	s.press("y")
	s.wait(`^\$$`)
}

// TestOwnKeys gives an action another key.
func TestOwnKeys(t *testing.T) {
	home := t.TempDir()
	if err := os.Mkdir(filepath.Join(home, "goapptrace"), 0o755); err != nil {
		t.Fatal(err)
	}
	settings := "[keys.global]\npause = [\"f2\", \"ctrl+p\"]\nquit = \"f10\"\n"
	if err := os.WriteFile(filepath.Join(home, "goapptrace", "config.toml"), []byte(settings), 0o644); err != nil {
		t.Fatal(err)
	}
	s := start(t, 120, 36)
	s.enter("clear; XDG_CONFIG_HOME=" + home + " goapptrace run ./examples/shop -rate 100")
	s.wait(`● shop +\d+ (.*\n)+.* f2/ctrl\+p pause .* f10 quit`)
	s.press("C-p")
	s.wait(`‖ paused`)
	s.press("F2")
	s.wait(`● live`)
	s.press("q", "Space", "?")
	s.wait(`Help ─`)
	s.press("PageDown")
	s.wait(`f2/ctrl\+p +pause and resume`)
	s.press("q") // closes the help, whatever quits
	s.wait(`╭ Sessions ─.*─╮╭ 1 Calls`)
	s.press("F10")
	s.wait(`shop is still running`)
	s.press("y")
	s.wait(`^\$$`)
}
