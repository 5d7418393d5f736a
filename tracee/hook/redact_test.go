package hook

import (
	"path"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

func TestRedacted(t *testing.T) {
	defer func() { redactions = nil }()
	redactions = patterns(" Password, *token*,,key ")
	for name, want := range map[string]bool{
		"password": true, "PassWord": true, "passwords": false, "": false,
		"token": true, "accessTokenID": true, "toke": false, "key": true, "keys": false,
	} {
		if Redacted(name) != want {
			t.Errorf("%q is redacted: %v", name, !want)
		}
	}
	if redactions = patterns(""); Redacted("password") {
		t.Error("redacted without a pattern")
	}
}

// path.Match means the same by a star where there is no slash.
func TestMatchFold(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		pattern := rapid.StringMatching(`[ab*]{0,8}`).Draw(t, "pattern")
		name := rapid.StringMatching(`[abAB]{0,8}`).Draw(t, "name")
		want, err := path.Match(pattern, strings.ToLower(name))
		if err != nil {
			t.Fatal(err)
		}
		if got := matchFold(pattern, name); got != want {
			t.Errorf("%q matches %q: %v", pattern, name, got)
		}
	})
}
