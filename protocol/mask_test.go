package protocol

import (
	"bytes"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestMaskSecret(t *testing.T) {
	for _, secret := range []Text{"s3cret", "a", "1", "Client", "app", "*", "1.1", Text(strings.Repeat("x", 300))} {
		hello := ClientHelloPacket{AppName: "app", ClientSecret: secret, ProtocolVersion: "1.1"}
		frame := mustFrame(t, &hello)
		sent := bytes.Clone(frame)
		got, err := DecodeFrame(MaskSecret(frame))
		if err != nil {
			t.Fatal(err)
		}
		hello.ClientSecret = Text(strings.Repeat("*", len(secret)))
		if diff := cmp.Diff(&hello, got); diff != "" {
			t.Error(diff)
		}
		if !bytes.Equal(frame, sent) {
			t.Error("the frame itself is changed")
		}
	}
	ping := mustFrame(t, &PingPacket{})
	if !bytes.Equal(MaskSecret(ping), ping) {
		t.Error("another frame is changed")
	}
}
