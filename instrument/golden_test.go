package instrument

import (
	"os"
	"testing"

	"github.com/charmbracelet/x/exp/golden"
)

// TestRewriteGolden shows what a whole file looks like with hooks.
func TestRewriteGolden(t *testing.T) {
	src, err := os.ReadFile("testdata/shop_test.go.txt")
	if err != nil {
		t.Fatal(err)
	}
	out, err := Rewrite("shop_test.go", src, RewriteOptions{
		Prefix: "ex.com/shop/_goapptrace", TestMain: true, Args: []string{"shop.buy"}, Package: "ex.com/shop",
	})
	if err != nil {
		t.Fatal(err)
	}
	golden.RequireEqual(t, out.Source)
}
