package ui

import (
	"reflect"
	"strings"
	"testing"

	"goapptrace/model"
	"goapptrace/protocol"
	"goapptrace/ui/safe"
)

func TestReadReport(t *testing.T) {
	tests := []struct {
		name, crash string
		want        report
	}{
		{"nothing", "", report{}},
		{"another form", "SIGKILL\nof all\n", report{text: "SIGKILL\nof all"}},
		{"goroutine first", "goroutine 1 [running]:\nmain.main()\n", report{frames: []frame{{call: "main.main()"}}}},
		{
			"panic",
			"panic: no\n\tmore\n\ngoroutine 7 [running]:\nmain.f(0x1)\n\t/a/b.go:3 +0x1d\nmain.g(...)\n\t/a/b.go:9\n" +
				"created by main.main in goroutine 1\n\t/a/m.go:2 +0x5\n\ngoroutine 1 [select]:\nmain.main()\n\t/a/m.go:8 +0x9\nexit status 2\n",
			report{
				text: "panic: no\n\tmore",
				frames: []frame{
					{"main.f(0x1)", "/a/b.go:3"}, {"main.g(...)", "/a/b.go:9"}, {"created by main.main in goroutine 1", "/a/m.go:2"},
				},
				rest: "goroutine 1 [select]:\nmain.main()\n\t/a/m.go:8 +0x9\nexit status 2",
			},
		},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if got := readReport(protocol.Text(tt.crash)); !reflect.DeepEqual(got, tt.want) {
				t.Errorf("read as %+v,\nwant %+v", got, tt.want)
			}
		})
	}
}

// What a program says when it dies is read in full, and first of all.
func TestCrashIsToldInFull(t *testing.T) {
	f := newFixture(t)
	s := f.open("cron", 9, 0)
	s.State(fixtureNow, protocol.StateLost, "")
	s.Exited(fixtureNow, model.Exit{Status: 2, Crash: "panic: runtime error: index out of range [5] with length 3\n\n" +
		"goroutine 1 [running]:\nexample.com/app/store.(*DB).get(...)\n\t/home/ada/src/app/store/db.go:31 +0x1\n\n" +
		"goroutine 9 [select]:\nmain.idle()\n\t/home/ada/src/app/idle.go:2\n"})
	p := newHandshakePane(newTestEnv())
	p.resize(20, 60)
	p.refresh(moment{now: fixtureNow, session: here(s)})
	var lines []string
	for _, line := range strings.Split(p.view(), "\n") {
		lines = append(lines, strings.TrimSpace(safe.Plain(line)))
	}
	all := strings.Join(lines, "\n")
	for _, want := range []string{
		"✗ crashed\npanic: runtime\nerror: index out\nof range [5] with\nlength 3\nstore.(*DB).get(…\n…store/db.go:31\n\n✓ connected",
		"dropped without", "goroutine 9", "main.idle()",
	} {
		if !strings.Contains(all, want) {
			t.Errorf("%q is not in\n%s", want, all)
		}
	}
	if strings.Index(all, "goroutine 9") < strings.Index(all, "peer") {
		t.Errorf("other goroutines come before the session's facts:\n%s", all)
	}
}

// A program that crashed didn't say goodbye, even when its agent did.
func TestCrashIsNoGoodbye(t *testing.T) {
	f := newFixture(t)
	s := f.open("cron", 9, 0)
	f.close(s, 0, "the program shut down")
	s.Exited(fixtureNow, model.Exit{Status: 2, Crash: "panic: oh"})
	p := newHandshakePane(newTestEnv())
	p.resize(60, 40)
	p.refresh(moment{now: fixtureNow, session: here(s)})
	if got := plainText(p.view()); strings.Contains(got, "shut down") || !strings.Contains(got, "closed") {
		t.Errorf("the session's end is told as\n%s", got)
	}
}

func TestSalvagedSession(t *testing.T) {
	f := newFixture(t)
	s := f.open("cron", 9, 0)
	f.lose(s, "the connection ended without goodbye: 1,234 events salvaged")
	s.Exited(fixtureNow, model.Exit{Status: -1, Signal: "killed"})
	p := newHandshakePane(newTestEnv())
	p.resize(80, 40)
	p.refresh(moment{now: fixtureNow, session: here(s)})
	var lines []string
	for line := range strings.Lines(plainText(p.view())) {
		lines = append(lines, strings.Join(strings.Fields(line), " "))
	}
	if got := strings.Join(lines, "\n"); !strings.Contains(got, "✗ lost 12:03:39\nthe connection ended without goodbye: 1,234 events salvaged\n✗ ended by signal: killed") {
		t.Errorf("the session's end is told as\n%s", got)
	}
}
