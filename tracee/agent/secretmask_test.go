//go:build unix

package agent

import (
	"fmt"
	"strconv"
	"strings"
	"testing"

	"goapptrace/protocol"
)

func TestSecretMask(t *testing.T) {
	const odd = "a\"b\\c\n\x1bd"
	once := strconv.Quote(odd)
	long := strings.Repeat("0123456789", 10)
	for _, test := range []struct{ secret, text, want string }{
		{"", "anything", "anything"},
		{"abc", "abc is too short", "abc is too short"},
		{" abc\n", "\" abc\\n\" isn't", "\"[redacted]\" isn't"},
		{"s3cret", "", ""},
		{"s3cret", "s3cre", "s3cre"},
		{"s3cret", "s3cret", "[redacted]"},
		{"s3cret\n", `key="s3cret", url="http://s3cret@x", n=3`, `key="[redacted]", url="http://[redacted]@x", n=3`},
		{odd, "plain " + odd + "!", "plain [redacted]!"},
		{odd, "arg=" + once, `arg="[redacted]"`},
		{odd, "err=&errorString{s: " + strconv.Quote("no key "+once) + "}", `err=&errorString{s: "no key \"[redacted]\""}`},
		{"sécrét", `k="sécrét"`, `k="[redacted]"`},
		{long, `k="` + long[:64] + `"…100, n=3`, `k="[redacted]"…100, n=3`},
		{long, `k="url ` + long[:60] + `"…104, n=3`, `k="url [redacted]"…104, n=3`},
		{long, "line " + long[:30] + "…", "line [redacted]…"},
		{long, "[0 1 …100], k=" + long[:10] + "…", "[0 1 …100], k=[redacted]…"},
		{long, "a…, 0123…, x…", "a…, [redacted]…, x…"},
		{long, `012…, "012"…64`, `012…, "012"…64`},
		{odd, `k="` + once[1:len(once)-2] + `…`, `k="[redacted]…`},
		{"redacted", "redacted…", "[redacted]…"},
	} {
		if got := newSecretMask(test.secret).hide(test.text); got != test.want {
			t.Errorf("the mask of %q makes %s of %s, want %s", test.secret, got, test.text, test.want)
		}
	}
}

// What has no secret in it costs no memory.
func TestSecretMaskIsCheap(t *testing.T) {
	m := newSecretMask("a\"b\\c")
	text := fmt.Sprintf(`id=7, name="%s"…100, list=[1 2 3 4 5 6 7 8 …100]`, strings.Repeat("x", 64))
	if n := testing.AllocsPerRun(100, func() { m.hide(text) }); n > 0 {
		t.Errorf("%v allocations", n)
	}
}

// The secret stays in the program whatever becomes of it there: it is in no argument, result, error, span, logged line or panic that is sent.
func TestSecretIsNotTold(t *testing.T) {
	for name, secret := range map[string]string{"plain": "correct-horse-battery", "odd": `cor"rect\horse`} {
		for _, from := range []string{"GOAPPTRACE_SECRET", "GOAPPTRACE_SECRET_FILE"} {
			t.Run(name+"/"+from, func(t *testing.T) {
				t.Setenv("GOAPPTRACE_ERRORS", "1")
				t.Setenv("GOAPPTRACE_SECRET", "")
				value := secret
				if strings.HasSuffix(from, "FILE") {
					value = write(t, "secret", secret+"\n")
				}
				t.Setenv(from, value)
				v := newViewer(t)
				run := start(t, v.url(), "secret", secret)
				p := watch(v, protocol.ServerEnd{Secret: secret})
				run.outcome()
				if got := p.detailsOf("main.show"); len(got) != 4 {
					t.Errorf("of the call is told %q", got)
				}
				for _, text := range p.detailsOf("main.show") {
					checkHidden(t, text)
				}
				if len(p.logs) != 2 {
					t.Errorf("%d lines were logged", len(p.logs))
				}
				checkHidden(t, string(p.lastWords))
				for _, l := range p.logs {
					checkHidden(t, fmt.Sprint(l.Message))
					for i := range l.Keys {
						checkHidden(t, fmt.Sprint(l.Keys[i]))
						checkHidden(t, fmt.Sprint(l.Values[i]))
					}
				}
			})
		}
	}
}

func checkHidden(t *testing.T, text string) {
	t.Helper()
	if strings.Contains(text, "horse") || !strings.Contains(text, "[redacted]") {
		t.Errorf("is told: %s", text)
	}
}
