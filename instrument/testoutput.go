package instrument

import (
	"bytes"
	"io"
	"strings"
)

// testOutput passes on what go test prints, and sees whether a package could not be built.
type testOutput struct {
	to          io.Writer
	names       *strings.Replacer // for the compiler's messages in -json
	covered     *strings.Replacer // for what -coverpkg was; or nil
	buildFailed bool
	tail        []byte // the end of what came before, for a mark that is cut in two
}

var buildFailures = [][]byte{[]byte("[build failed]"), []byte("[setup failed]"), []byte(`"Action":"build-fail"`)}

// longestMark bounds the marks' length.
const longestMark = 32

func (w *testOutput) Write(p []byte) (int, error) {
	text := append(w.tail, p...)
	for _, mark := range buildFailures {
		w.buildFailed = w.buildFailed || bytes.Contains(text, mark)
	}
	w.tail = bytes.Clone(text[max(0, len(text)-longestMark):])
	out := p
	if bytes.Contains(p, []byte(`"build-output"`)) {
		out = []byte(w.names.Replace(string(p)))
	}
	if w.covered != nil {
		out = []byte(w.covered.Replace(string(out)))
	}
	pass(w.to, out)
	return len(p), nil
}
