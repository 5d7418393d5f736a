package agent

import (
	"slices"
	"strconv"
	"strings"
)

const (
	// redacted stands for what is kept to the program.
	redacted = "[redacted]"

	// minMasked is the length of the shortest secret, or beginning of one, that is looked for, in bytes. Shorter ones are in any text.
	minMasked = 4

	// maxQuotings is how often a text may have been quoted that the secret is found in: a message with a quoted word, as a field
	// of an error that is a result.
	maxQuotings = 2
)

// ellipsis stands behind texts that were cut off.
const ellipsis = "…"

// secretMask keeps the viewer's secret out of what is told of calls. It holds what texts have for it: the secret with its quotes and
// such escaped most often at first, and at last as it is. Most secrets are the same in all of these, and are held once.
type secretMask []string

func newSecretMask(secret string) (m secretMask) {
	if trimmed := strings.TrimSpace(secret); len(trimmed) >= minMasked {
		secret = trimmed // as programs do with what they read
	}
	if len(secret) < minMasked {
		return nil
	}
	m = append(m, secret)
	for range maxQuotings {
		quoted := strconv.Quote(secret)
		quoted = quoted[1 : len(quoted)-1]
		if quoted == secret {
			break
		}
		m, secret = append(m, quoted), quoted
	}
	slices.Reverse(m)
	return m
}

// hide returns the text without the secret. That allocates nothing where there is none in it.
func (m secretMask) hide(text string) string {
	for _, form := range m {
		text = hideBeginnings(strings.ReplaceAll(text, form, redacted), form)
	}
	return text
}

// hideBeginnings hides what is left of a secret where a text was cut off in it.
func hideBeginnings(text, form string) string {
	for at := 0; ; at += len(ellipsis) {
		next := strings.Index(text[at:], ellipsis)
		if next < 0 {
			return text
		}
		at += next
		head := strings.TrimSuffix(text[:at], `"`) // of a string that was quoted after the cut
		if n := overlap(head, form); n >= minMasked {
			text = head[:len(head)-n] + redacted + text[len(head):]
			at += len(redacted) - n
		}
	}
}

// overlap is the number of bytes at the end of the text that the form begins with.
func overlap(text, form string) int {
	for n := min(len(text), len(form)); n > 0; n-- {
		if strings.HasSuffix(text, form[:n]) {
			return n
		}
	}
	return 0
}
