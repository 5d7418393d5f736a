package commands

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/charmbracelet/x/exp/golden"
	"go.uber.org/goleak"

	"goapptrace/internal/recording"
	"goapptrace/model"
	"goapptrace/protocol"
	"goapptrace/remote"
	"goapptrace/ui"
)

func TestMain(m *testing.M) {
	time.Local = time.UTC
	goleak.VerifyTestMain(m)
}

// shop is a config for a store with the recorded shop, as of when it had run for so long.
func shop(tb testing.TB, lasts time.Duration) Config {
	tb.Helper()
	rec, err := recording.Shop()
	if err != nil {
		tb.Fatal(err)
	}
	store := model.New(model.Limits{})
	if _, err := rec.Play(store, 1, lasts); err != nil {
		tb.Fatal(err)
	}
	return Config{Store: store, Commander: new(commander), Version: "1.2", Now: func() time.Time { return rec.Begin().Add(lasts) }}
}

// commander notes what is asked of it.
type commander struct {
	refuse error
	ended  []uint64
	sent   []protocol.Packet
	answer func(session uint64, cmd protocol.Packet)
}

func (c *commander) Shutdown(session uint64) error {
	c.ended = append(c.ended, session)
	return c.refuse
}

func (c *commander) Cut(uint64) error { return c.refuse }

func (c *commander) Trace(session uint64, cmd protocol.Packet) error {
	c.sent = append(c.sent, cmd)
	if c.answer != nil && c.refuse == nil {
		c.answer(session, cmd)
	}
	return c.refuse
}

// ask runs a command line, whose words have no spaces but in single quotes.
func ask(c Config, line string) (status int, stdout, stderr string) {
	var out, err bytes.Buffer
	status = Run(context.Background(), c, words(line), &out, &err)
	return status, out.String(), err.String()
}

func words(line string) (list []string) {
	for i, part := range strings.Split(line, "'") {
		if i%2 == 1 {
			list = append(list, part)
		} else {
			list = append(list, strings.Fields(part)...)
		}
	}
	return list
}

// What commands print of a program that has been running for a second, and what they say when that makes no sense.
func TestCommands(t *testing.T) {
	c := shop(t, time.Second)
	c.Company, c.Self = company{}, 2
	for name, line := range map[string]string{
		"sessions":            "sessions",
		"sessions json":       "sessions --json",
		"sessions filter":     "sessions --filter 'state = closed'",
		"calls":               "goapptrace calls --last 8",
		"calls json":          "calls --json --last 8",
		"calls filter":        "calls --filter 'dur > 31ms and not open'",
		"calls open":          "calls --json --calls 1",
		"calls first":         "calls --calls 3",
		"calls bad filter":    "calls --filter 'dur > 10ms and (err'",
		"calls unknown flag":  "calls --jason",
		"calls bad number":    "calls --calls many",
		"calls huge number":   "calls --last 99999999999999999999",
		"calls below zero":    "calls --last -7",
		"calls argument":      "calls now",
		"calls session":       "calls --session 1 --last 1",
		"calls no session":    "calls --session 17",
		"functions":           "functions --top 5",
		"functions json":      "functions --json --top 2 --sort calls",
		"functions filter":    "functions --filter errors",
		"functions field":     "functions --filter 'dur > 1ms'",
		"functions sort":      "functions --sort size",
		"goroutines":          "goroutines --filter 'g < 24'",
		"goroutines json":     "goroutines --json --filter 'g < 10'",
		"viewers":             "viewers",
		"viewers json":        "viewers --json",
		"version":             "version",
		"help":                "help",
		"help calls":          "help calls",
		"help flag":           "calls --help",
		"help unknown":        "help me",
		"nothing":             "",
		"unknown":             "rm -rf /",
		"unknown hostile":     "'\x1b]0;x\x07\u202e'",
		"completion":          "__complete calls --",
		"completion behind":   "--x=1 __complete 'calls\x1b[2J' --y",
		"help behind":         "--help __complete calls --",
		"shutdown nothing":    "shutdown",
		"shutdown no number":  "shutdown shop",
		"shutdown huge":       "shutdown 99999999999999999999",
		"trace unknown mode":  "trace 1 fully",
		"trace too few words": "trace 1",
	} {
		t.Run(name, func(t *testing.T) {
			status, stdout, stderr := ask(c, line)
			text := fmt.Sprintf("$ %q\n", words(line)) + stdout
			if stderr != "" {
				text += "--- stderr\n" + stderr
			}
			golden.RequireEqual(t, []byte(strings.ReplaceAll(text, "\x1b", "ESC")+"--- status "+string(rune('0'+status))+"\n"))
		})
	}
}

// What the runtime reported of a crash is what a script wants to know of the session.
func TestSessionThatCrashed(t *testing.T) {
	c := shop(t, time.Second)
	c.Store.Session(1).Exited(c.Now(), model.Exit{Status: 2, Crash: "panic: out of \x1b[2Jtrays"})
	if _, stdout, _ := ask(c, "sessions --json"); !strings.Contains(stdout, `"crash":"panic: out of \u001b[2Jtrays"`) {
		t.Errorf("printed %s", stdout)
	}
}

// company is two viewers, one of whom has a name that no terminal should get.
type company struct{}

func (company) Viewers() []ui.Viewer {
	at := time.Unix(1_700_000_000, 0)
	return []ui.Viewer{
		{ID: 1, Name: "ada\x1b[31m\u202e", Fingerprint: "SHA256:abc", Remote: "127.0.0.1:4123", Role: "watch", Kind: remote.KindScreen, Since: at},
		{ID: 2, Role: "operate", Kind: remote.KindCommand, Since: at.Add(time.Minute)},
	}
}

func (company) Deeds() []ui.Deed {
	return []ui.Deed{{At: time.Unix(1_700_000_100, 0), Viewer: 1, Name: "ada\x1b[31m", Session: 1, What: "shut down"}}
}

func (company) Changed() <-chan struct{} { return nil }

// What is asked of sessions is asked through the commander, and who may not ask is told so with a status of its own.
func TestDeeds(t *testing.T) {
	for name, refuse := range map[string]error{"operate": nil, "watch": remote.ErrWatchOnly} {
		t.Run(name, func(t *testing.T) {
			c, deeds := shop(t, time.Second), &commander{refuse: refuse}
			c.Commander = deeds
			deeds.answer = func(_ uint64, cmd protocol.Packet) {
				ack := &protocol.AckPacket{Matched: 7}
				switch cmd := cmd.(type) {
				case *protocol.StartTraceCmdPacket:
					ack.ID = cmd.ID
				case *protocol.StopTraceCmdPacket:
					ack.ID = cmd.ID
				}
				c.Store.Session(1).Packet(protocol.Record{At: c.Now(), Packet: ack, Raw: []byte{1}})
			}
			for line, want := range map[string]string{
				"shutdown 1":             "session 1: asked to end\n",
				"trace 1 count 'main.*'": "session 1: count, 7 functions so far\n",
				"trace 1 off":            "session 1: off, 7 functions so far\n",
			} {
				status, stdout, stderr := ask(c, line)
				switch {
				case refuse == nil && (status != StatusDone || stdout != want):
					t.Errorf("%s: status %d: %s%s", line, status, stdout, stderr)
				case refuse != nil && (status != StatusRefused || stdout != "" || !strings.Contains(stderr, "may only watch")):
					t.Errorf("%s: status %d: %s%s", line, status, stdout, stderr)
				}
			}
			if len(deeds.ended) != 1 || len(deeds.sent) != 2 {
				t.Errorf("asked to end %v, and %v", deeds.ended, deeds.sent)
			}
		})
	}
}

// Of a session that isn't there is said just that, of one that has ended what the server says, and nothing of either to those who may not ask.
func TestDeedsToNobody(t *testing.T) {
	ended := errors.New("session 1 has ended")
	for _, test := range []struct {
		refuse  error
		session string
		status  int
		want    string
	}{
		{ended, "99", StatusFailed, "there is no session 99"},
		{ended, "1", StatusFailed, "session 1 has ended"},
		{remote.ErrWatchOnly, "99", StatusRefused, "may only watch"},
	} {
		for _, line := range []string{"shutdown " + test.session, "trace " + test.session + " off"} {
			c := shop(t, time.Second)
			c.Commander = &commander{refuse: test.refuse}
			status, stdout, stderr := ask(c, line)
			if status != test.status || stdout != "" || !strings.Contains(stderr, test.want) {
				t.Errorf("%s: status %d: %s%s", line, status, stdout, stderr)
			}
		}
	}
}

// Programs of the first protocol would take a pattern for none, and stop tracing everything.
func TestTraceOldPrograms(t *testing.T) {
	c, deeds := Config{Store: model.New(model.Limits{})}, new(commander)
	c.Commander = deeds
	c.Store.Open(1, time.Now(), "unix").Hello(&protocol.ClientHelloPacket{AppName: "old"}, protocol.Original)
	for _, line := range []string{"trace 1 off main.*", "trace 1 count"} {
		if status, stdout, stderr := ask(c, line); status != StatusFailed || len(deeds.sent) > 0 {
			t.Errorf("%s: status %d: %s%s", line, status, stdout, stderr)
		}
	}
	if status, stdout, stderr := ask(c, "trace 1 off"); status != StatusDone || len(deeds.sent) != 1 {
		t.Errorf("status %d: %s%s", status, stdout, stderr)
	}
}

// A program that doesn't answer, or ends, isn't waited for forever.
func TestTraceUnanswered(t *testing.T) {
	for name, ends := range map[string]bool{"ends": true, "says nothing": false} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				c := Config{Store: model.New(model.Limits{}), Commander: new(commander)}
				one := connect(c.Store, 1)
				if ends {
					go func() {
						time.Sleep(time.Second)
						one.State(time.Now(), protocol.StateClosed, "")
					}()
				}
				began := time.Now()
				status, _, stderr := ask(c, "trace 1 off")
				if took := time.Since(began); status != StatusFailed || ends != (took == time.Second) || !ends != (took == answerTime) {
					t.Errorf("status %d after %v: %s", status, took, stderr)
				}
			})
		})
	}
}
