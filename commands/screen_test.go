package commands_test

import (
	"bytes"
	"io"
	"slices"
	"sync"
	"testing"
	"time"

	"golang.org/x/crypto/ssh"
)

// deedKeys are the keys by which something is done to sessions, what the screen says to it, and what is done.
var deedKeys = []struct {
	name     string
	keys     []string
	question string // to which y is the answer, none when there is none
	deed     string
}{
	{name: "shut down", keys: []string{"x"}, question: "no longer traced", deed: "shutdown"},
	{name: "end at once", keys: []string{"X"}, question: "still has to", deed: "cut"},
	{name: "trace mode", keys: []string{"2", "t"}, deed: "trace"},
	{name: "trace mode of a package", keys: []string{"2", "T"}, deed: "trace"},
}

// On a screen keys do what the viewer's role allows; others are told why not.
func TestScreenMatrix(t *testing.T) {
	for _, of := range []struct {
		person   string
		key      func(h *house) ssh.Signer
		operates bool
	}{
		{person: "watcher", key: func(h *house) ssh.Signer { return h.watcher }},
		{person: "operator", key: func(h *house) ssh.Signer { return h.operator }, operates: true},
	} {
		for _, d := range deedKeys {
			t.Run(of.person+"/"+d.name, func(t *testing.T) {
				h := open(t)
				client, err := h.dial(of.key(h))
				if err != nil {
					t.Fatal(err)
				}
				defer func() { _ = client.Close() }()
				s := watch(t, client)
				s.until(nil, func() bool { return s.has("shop") })
				for _, k := range d.keys {
					s.press(k)
				}
				again := func() { // there may have been no function yet
					if d.question == "" {
						s.press(d.keys[len(d.keys)-1])
					}
				}
				if !of.operates {
					s.until(again, func() bool { return s.has("may only watch") })
					s.press("y")
					if done := h.deeds.all(); len(done) > 0 {
						t.Errorf("%q done", done)
					}
					return
				}
				if d.question != "" {
					s.until(nil, func() bool { return s.has(d.question) })
					s.press("y")
				}
				s.until(again, func() bool { return len(h.deeds.all()) > 0 })
				if done := slices.Compact(h.deeds.all()); !slices.Equal(done, []string{d.deed}) {
					t.Errorf("%q done", done)
				}
			})
		}
	}
}

// screen is the terminal of a viewer.
type screen struct {
	t     *testing.T
	input io.Writer

	mu   sync.Mutex
	text bytes.Buffer
}

// watch opens a screen.
func watch(t *testing.T, c *ssh.Client) *screen {
	t.Helper()
	session, err := c.NewSession()
	if err != nil {
		t.Fatal(err)
	}
	s := &screen{t: t}
	session.Stdout = s
	if s.input, err = session.StdinPipe(); err != nil {
		t.Fatal(err)
	}
	if err := session.RequestPty("xterm-256color", 36, 120, nil); err != nil {
		t.Fatal(err)
	}
	if err := session.Shell(); err != nil {
		t.Fatal(err)
	}
	return s
}

// Write takes in what is drawn.
func (s *screen) Write(p []byte) (int, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.text.Write(p)
}

// has says whether a text was drawn.
func (s *screen) has(text string) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return bytes.Contains(s.text.Bytes(), []byte(text))
}

func (s *screen) press(key string) {
	s.t.Helper()
	if _, err := io.WriteString(s.input, key); err != nil {
		s.t.Fatal(err)
	}
}

// until waits until something is so. Now and then it does something about it.
func (s *screen) until(again func(), is func() bool) {
	s.t.Helper()
	for late, n := time.Now().Add(patience), 1; !is(); n++ {
		time.Sleep(5 * time.Millisecond)
		if again != nil && n%100 == 0 {
			again()
		}
		if time.Now().After(late) {
			s.mu.Lock()
			defer s.mu.Unlock()
			s.t.Fatalf("the screen is\n%q", s.text.Bytes())
		}
	}
}
