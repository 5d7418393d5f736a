package attach

import (
	"context"
	"errors"
	"io"
	"net"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"goapptrace/model"
)

// dropped is a connection that the other end has to close, too.
type dropped struct {
	net.Conn
	why chan string
}

func (d dropped) Close() error { return nil }

func (d dropped) Drop(why string) {
	d.why <- why
	_ = d.Conn.Close()
}

// Who doesn't say that he is a viewer, and who takes nothing of what he is sent, is given up in time and not before, over any connection.
func TestGivesUp(t *testing.T) {
	for name, c := range map[string]struct {
		viewer func(net.Conn)
		after  time.Duration
		want   error
	}{
		"mute": {func(c net.Conn) { _, _ = io.Copy(io.Discard, c) }, greetingTime, errMute},
		"half a greeting": {func(c net.Conn) {
			_, _ = io.WriteString(c, greetingWord)
			_, _ = io.Copy(io.Discard, c)
		}, greetingTime, errMute},
		"takes nothing": {func(c net.Conn) {
			if err := greet(c, "test"); err != nil {
				t.Error(err)
			}
		}, stalled, errStalled},
	} {
		for _, how := range []string{"closed", "dropped"} {
			t.Run(name+"/"+how, func(t *testing.T) {
				synctest.Test(t, func(t *testing.T) {
					here, there := net.Pipe()
					go c.viewer(here)
					var conn io.ReadWriteCloser = there
					why := make(chan string, 1)
					if how == "dropped" {
						conn = dropped{there, why}
					}
					began := time.Now()
					err := Serve(context.Background(), Source{Store: model.New(model.Limits{}), Identity: "a"}, conn)
					if took := time.Since(began); !errors.Is(err, c.want) || took != c.after {
						t.Errorf("after %v: %v", took, err)
					}
					if how == "dropped" && <-why != c.want.Error() {
						t.Error("it was dropped for another reason")
					}
					_ = here.Close()
				})
			})
		}
	}
}

// Two builds of one version that don't understand each other are told apart.
func TestVersionsOfOneName(t *testing.T) {
	e := &versionError{here: greeting{0x1234, "devel"}, there: greeting{0xabcd, "devel"}}
	for _, part := range []string{"1234", "abcd", "devel"} {
		if !strings.Contains(e.Error(), part) {
			t.Errorf("%q isn't in: %v", part, e)
		}
	}
}
