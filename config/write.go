package config

import (
	"bytes"
	"fmt"
	"io"
	"strings"
	"unicode"
)

// Write prints all settings as a file that sets them: each line ends with a comment that says where its value comes from.
func (c *Config) Write(w io.Writer) error {
	var b bytes.Buffer
	at := ""
	for i := range c.settings {
		s, v := &c.settings[i], &c.values[i]
		if t := table(s.Name); t != at {
			fmt.Fprintf(&b, "\n[%s]\n", t)
			at = t
		}
		if s.About != "" && at == "" {
			fmt.Fprintf(&b, "\n# %s\n", s.About)
		}
		line := last(s.Name) + " = " + literal(v.value)
		comment := v.from
		if s.About != "" && at != "" {
			comment = s.About + "; " + comment
		}
		fmt.Fprintf(&b, "%-*s # %s\n", commentAt, line, comment)
	}
	_, err := w.Write(bytes.TrimLeft(b.Bytes(), "\n"))
	return err
}

// literal is a value as the file has it.
func literal(v any) string {
	switch v := v.(type) {
	case []string:
		parts := make([]string, len(v))
		for i, text := range v {
			parts[i] = literal(text)
		}
		return "[" + strings.Join(parts, ", ") + "]"
	case string:
		return quote(v)
	}
	return fmt.Sprint(v)
}

// quote is a text in quotes, in which TOML has other escapes than Go.
func quote(text string) string {
	var b strings.Builder
	b.WriteByte('"')
	for _, r := range text {
		switch {
		case r == '"' || r == '\\':
			b.WriteByte('\\')
			b.WriteRune(r)
		case unicode.IsControl(r):
			fmt.Fprintf(&b, `\u%04X`, r)
		default:
			b.WriteRune(r)
		}
	}
	b.WriteByte('"')
	return b.String()
}

// commentAt is the column in which comments begin.
const commentAt = 40
