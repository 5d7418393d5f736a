package e2e

import (
	"flag"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"goapptrace/internal/testtool"
)

// answers are what a screen shows after each key of a question in docs/questions.md; the last one answers it.
var answers = map[string][]string{
	"1":  {`dur > 40ms`, `/dur > 40ms and not open ╮(.*\n)+.*(Charge|Access|mail|take) .*[\d.]+ m?s `},
	"2":  {`total time`, `not open and`, `calls that pass`, `self time, callers below(.*\n)+.*orders\.mail`},
	"3":  {`function +\S*store\.\(\*DB\)\.Load`, `▸store\.\(\*DB\)\.Load`, `called by, with the share of its time\s.*\n.*(main|orders)\.`},
	"4":  {`search makes 60 of `},
	"5":  {`remind +.*↑\+\d`, `only grows`, `▾ main\.\(\*Server\)\.remind`, `▸ +g\d+`, `go statement +main\.\(\*Server\)\.promise .*server\.go:185`},
	"6":  {`(total|self) time`, `\+ and - since the baseline`},
	"7":  {`total time`, `self time, callers below`, `│ calls · `, `│ errors · (.*\n)+.*orders\.\(\*Service\)\.(Place|reserve|take)`},
	"8":  {`function +\S*orders\.\(\*Service\)\.take`, `▸orders\.\(\*Service\)\.take`, `itself `, `▸.*take .*[\d.]+ m?s `, `a cell is .*(\n.*)+(longest: )?orders\.\(\*Service\)\.take`},
	"9":  {`function +\S*main\.\(\*Server\)\.product `, `▸main\.\(\*Server\)\.product`, `how long calls took`, `▸.* main\.\(\*Server\)\.product +[\d.]+ `},
	"10": {`total time`, `self time, callers below(.*\n)+.*TestPlace`},
	"11": {`function +\S*nodeSize`, `▸printer\.\(\*printer\)\.no`, `calls, with the share of its time\s.*\n.*fprint`},
}

// ready is what a program's screen shows before the first key of a question is pressed.
var ready = map[string]string{
	"4": `⚑ [1-9]`, "5": `established 1\.1 +(1\d|[2-9]\d)s`, "7": `⚑ [2-9]`, "10": `○ \S+ +\d+ +(closed|exited)`, "11": `○ gofumpt +\d+ +(closed|exited)`,
}

var public = flag.Bool("public", false, "ask the question about another's program, too")

// TestQuestions presses the keys that docs/questions.md gives, and waits for the answers. Questions about the same run share it.
func TestQuestions(t *testing.T) {
	questions := readQuestions(t)
	if len(questions) != len(answers) {
		t.Errorf("there are %d questions, and %d answers", len(questions), len(answers))
	}
	asked := map[string]bool{}
	for _, first := range questions {
		if asked[first.command] {
			continue
		}
		asked[first.command] = true
		t.Run(first.number, func(t *testing.T) {
			if strings.Contains(first.command, "go get") {
				testtool.Need(t, "mktemp")
				if !*public {
					t.Skip("builds another's program with all that it needs: -public, or make publicmodules")
				}
			}
			t.Parallel()
			askAll(t, slices.DeleteFunc(slices.Clone(questions), func(q question) bool { return q.command != first.command }))
		})
	}
}

// askAll asks questions about one run. Each begins at the first tab, without a filter.
func askAll(t *testing.T, questions []question) {
	t.Helper()
	s := start(t, 120, 36)
	s.enter("export TMPDIR=" + t.TempDir() + "; clear; " + questions[0].command)
	s.wait(`(Handshake|could not|error).*(\n.*)+(established|closed|module lookup)`)
	if strings.Contains(s.text(), "module lookup") {
		t.Skip("the module can't be had")
	}
	for i, q := range questions {
		if i > 0 {
			s.away()
			s.press("1")
			s.away()
		}
		s.wait(ready[q.number])
		for k, key := range q.keys {
			s.pressNamed(key)
			s.wait(answers[q.number][k])
		}
	}
	s.away()
	s.press("q")
	s.wait(`is still running|\$$`)
	s.press("y")
}

// away closes what is open, and drops a filter. A key that comes at once behind an escape would be another one.
func (s *screen) away() {
	s.t.Helper()
	for range 2 {
		s.press("Escape")
		time.Sleep(300 * time.Millisecond)
	}
}

// question is one of docs/questions.md.
type question struct {
	number, command string
	keys            []string
}

var questionParts = regexp.MustCompile(`(?m)^## (\d+)\. .*\n\n((?:    .+\n)+)\nKeys: (.+)\n\n(?:!\[.+\]\(\.\./(screenshots/\S+\.png)\)$)?`)

func readQuestions(t *testing.T) (questions []question) {
	t.Helper()
	page, err := os.ReadFile("../docs/questions.md")
	if err != nil {
		t.Fatal(err)
	}
	for _, m := range questionParts.FindAllStringSubmatch(string(page), -1) {
		q := question{number: m[1], command: strings.Join(strings.Fields(strings.ReplaceAll(m[2], "\n", " && ")), " ")}
		q.command = strings.TrimSuffix(q.command, " &&")
		for _, key := range regexp.MustCompile("`[^`]+`").FindAllString(m[3], -1) {
			q.keys = append(q.keys, strings.Trim(key, "`"))
		}
		if len(q.keys) > 5 || len(q.keys) != len(answers[q.number]) {
			t.Errorf("question %s takes %d keys, and %d are known", q.number, len(q.keys), len(answers[q.number]))
		}
		if _, err := os.Stat("../" + m[4]); err != nil { // of the root, for a question without a picture
			t.Error(err)
		}
		questions = append(questions, q)
	}
	return questions
}

// pressNamed presses a key as the page names it: a character, a name, or a text to be typed that / or : begins.
func (s *screen) pressNamed(key string) {
	s.t.Helper()
	names := map[string]string{"enter": "Enter", "down": "Down"}
	switch name, named := names[key]; {
	case named:
		s.press(name)
	case len(key) > 1:
		s.press(key[:1])
		s.typed(key[1:])
	default:
		s.press(key)
	}
}
