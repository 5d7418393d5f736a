package attach

import (
	"errors"
	"reflect"
	"slices"
	"strings"
	"testing"

	"goapptrace/attach/wire"
	"goapptrace/protocol"
	"goapptrace/remote"
)

// acts are the questions that do something to sessions. All others ask.
var acts = map[string]string{"shutdown": "shutdown", "cut": "cut", "trace": "trace"}

// noting is a way to sessions that notes what comes by.
type noting struct{ done []string }

func (n *noting) Shutdown(uint64) error {
	n.done = append(n.done, "shutdown")
	return nil
}

func (n *noting) Cut(uint64) error {
	n.done = append(n.done, "cut")
	return nil
}

func (n *noting) Trace(uint64, protocol.Packet) error {
	n.done = append(n.done, "trace")
	return nil
}

// Whatever a viewer sends does to sessions what his role allows: of those who may only watch nothing gets there.
func TestRoles(t *testing.T) {
	store, now := shop(t)
	command, err := protocol.AppendFrame(nil, new(protocol.StopTraceCmdPacket))
	if err != nil {
		t.Fatal(err)
	}
	for _, role := range []remote.Role{remote.RoleWatch, remote.RoleOperate} {
		for number, q := range all {
			t.Run(role.String()+"/"+q.name, func(t *testing.T) {
				deeds := new(noting)
				d := newDesk(Source{Store: store, Commander: remote.Commander(remote.Viewer{Role: role}, deeds), Now: now})
				question := []byte{byte(number), 1, 0} // about session 1, now
				if q.name == "trace" {
					question = wire.Append(question, traceArgs{command})
				} else {
					question = wire.Append(question, reflect.Zero(q.types[0]).Interface())
				}
				_, err := d.answer(question)
				act, is := acts[q.name]
				switch {
				case err != nil && strings.Contains(err.Error(), "answering failed"):
					t.Error(err)
				case !is && len(deeds.done) > 0:
					t.Errorf("a question has done %q", deeds.done)
				case is && role == remote.RoleWatch && (len(deeds.done) > 0 || !errors.Is(err, remote.ErrWatchOnly)):
					t.Errorf("who may only watch has done %q; he hears %v", deeds.done, err)
				case is && role == remote.RoleOperate && (err != nil || !slices.Equal(deeds.done, []string{act})):
					t.Errorf("%q was done: %v", deeds.done, err)
				}
			})
		}
	}
}
