package protocol

import (
	"errors"
	"io"
	"os"
	"strings"
	"testing"
	"time"
)

func TestServerEnd(t *testing.T) {
	hello := func(version, secret Text) Packet {
		return &ClientHelloPacket{AppName: "app", ProtocolVersion: version, ClientSecret: secret}
	}
	for name, test := range map[string]struct {
		packet  Packet
		frame   []byte
		readErr error
		want    Version
		refused string // part of the reason
		reply   Text   // version of the answer; empty for none
		steps   string
	}{
		"ours":          {packet: hello("1.1", "s3cret"), want: Current, reply: "1.1", steps: "+connected +ClientHello +version +secret +ServerHello"},
		"newer minor":   {packet: hello("1.7", "s3cret"), want: Current, reply: "1.1", steps: "+connected +ClientHello +version +secret +ServerHello"},
		"1.0":           {packet: hello("1.0", "s3cret"), want: Original, reply: "1.0", steps: "+connected +ClientHello +version +secret +ServerHello"},
		"original":      {packet: hello("1", "s3cret"), want: Original, reply: "1", steps: "+connected +ClientHello +version +secret +ServerHello"},
		"other major":   {packet: hello("2.0", "s3cret"), refused: "different major", reply: "1.1", steps: "+connected +ClientHello -version"},
		"no version":    {packet: hello("", "s3cret"), refused: "major.minor", reply: "1.1", steps: "+connected +ClientHello -version"},
		"bad version":   {packet: hello("1.x\x1b[2J", "s3cret"), refused: `"x\x1b[2J" is not a number`, reply: "1.1", steps: "+connected +ClientHello -version"},
		"wrong secret":  {packet: hello("1.1", "S3cret"), refused: "wrong secret", reply: "1.1", steps: "+connected +ClientHello +version -secret"},
		"no secret":     {packet: hello("1.1", ""), refused: "no secret", reply: "1.1", steps: "+connected +ClientHello +version -secret"},
		"1.0 no secret": {packet: hello("1", ""), refused: "no secret", steps: "+connected +ClientHello +version -secret"},
		"out of turn":   {packet: &PingPacket{}, refused: "the first packet is Ping", steps: "+connected -ClientHello"},
		"garbage":       {frame: []byte("GET / HTTP/1.1\r\n"), refused: "bad frame", steps: "+connected -ClientHello"},
		"closed":        {readErr: io.EOF, refused: "without saying anything", steps: "+connected -ClientHello"},
		"cut":           {readErr: io.ErrUnexpectedEOF, refused: "middle of a frame", steps: "+connected -ClientHello"},
		"too slow":      {readErr: os.ErrDeadlineExceeded, refused: "within 5s", steps: "+connected -ClientHello"},
		"broken":        {readErr: errors.New("reset"), refused: "reset", steps: "+connected -ClientHello"},
	} {
		t.Run(name, func(t *testing.T) {
			frame := test.frame
			if test.packet != nil {
				frame = mustFrame(t, test.packet)
			}
			got := ServerEnd{Secret: "s3cret", SessionID: 5}.Negotiate(frame, test.readErr, time.Millisecond)
			if test.refused == "" && (got.Refused != "" || got.Version != test.want) {
				t.Errorf("version %v, refused %q", got.Version, got.Refused)
			}
			if !strings.Contains(string(got.Refused), test.refused) {
				t.Errorf("refused %q, want something about %q", got.Refused, test.refused)
			}
			var reply Text
			if got.Reply != nil {
				reply = got.Reply.ProtocolVersion
				if (got.Reply.Refused != "") != (test.refused != "") {
					t.Errorf("the reply's refusal is %q", got.Reply.Refused)
				}
			}
			if reply != test.reply {
				t.Errorf("reply %q, want %q", reply, test.reply)
			}
			if steps := outline(got.Steps); steps != test.steps {
				t.Errorf("steps %s, want %s", steps, test.steps)
			}
			if got.Client != nil && strings.Contains(string(got.Client.ClientSecret), "cret") {
				t.Error("the secret is kept")
			}
		})
	}
}

func TestClientEnd(t *testing.T) {
	for name, test := range map[string]struct {
		packet  Packet
		readErr error
		refused string
		steps   string
	}{
		"consent":      {packet: &ServerHelloPacket{ProtocolVersion: "1.1"}, steps: "+connected +ClientHello +ServerHello +version"},
		"older server": {packet: &ServerHelloPacket{ProtocolVersion: "1.0"}, steps: "+connected +ClientHello +ServerHello +version"},
		"original":     {packet: &ServerHelloPacket{ProtocolVersion: "1"}, steps: "+connected +ClientHello +ServerHello +version"},
		"over offer":   {packet: &ServerHelloPacket{ProtocolVersion: "1.2"}, refused: "offer of 1.1", steps: "+connected +ClientHello +ServerHello -version"},
		"other major":  {packet: &ServerHelloPacket{ProtocolVersion: "3.0"}, refused: "different major", steps: "+connected +ClientHello +ServerHello -version"},
		"refused":      {packet: &ServerHelloPacket{ProtocolVersion: "1.1", Refused: "secret: wrong secret"}, refused: "wrong secret", steps: "+connected +ClientHello -ServerHello"},
		"out of turn":  {packet: &PingPacket{}, refused: "Ping", steps: "+connected +ClientHello -ServerHello"},
		"closed":       {readErr: io.EOF, refused: "without saying anything", steps: "+connected +ClientHello -ServerHello"},
	} {
		t.Run(name, func(t *testing.T) {
			var frame []byte
			if test.packet != nil {
				frame = mustFrame(t, test.packet)
			}
			got := ClientEnd{Offered: Current}.Negotiate(frame, test.readErr, time.Millisecond)
			if (got.Refused == "") != (test.refused == "") || !strings.Contains(string(got.Refused), test.refused) {
				t.Errorf("refused %q, want something about %q", got.Refused, test.refused)
			}
			if steps := outline(got.Steps); steps != test.steps {
				t.Errorf("steps %s, want %s", steps, test.steps)
			}
		})
	}
}

// outline writes a transcript as +step for one that went well and -step for one that failed.
func outline(steps Transcript) string {
	var names []string
	for _, s := range steps {
		mark := "+"
		if s.Outcome == OutcomeFailed {
			mark = "-"
		}
		names = append(names, mark+s.Name)
	}
	return strings.Join(names, " ")
}

func TestFailedStepsSayHowToMendThem(t *testing.T) {
	for _, frame := range [][]byte{[]byte("junk"), mustFrame(t, &ClientHelloPacket{ProtocolVersion: "9.9"}), mustFrame(t, &PingPacket{})} {
		n := ServerEnd{}.Negotiate(frame, nil, 0)
		if last := n.Steps[len(n.Steps)-1]; last.Outcome != OutcomeFailed || last.Fix == "" {
			t.Errorf("last step %+v", last)
		}
	}
}
