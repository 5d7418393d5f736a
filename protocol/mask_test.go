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

// Hellos that were made to keep the masking busy, or too large to be made anew.
func TestMaskSecretIsBounded(t *testing.T) {
	for _, size := range []int{16 << 10, MaxFrame - 120} {
		app := strings.Repeat("a", size)
		value := append(gobUint([]byte{1}, uint64(len(app))), app...)
		frame := typedFrame(TypeClientHello, structDef(65, gobString, "AppName", "ClientSecret"), gobValue(65, append(value, 1, 1, 'a', 0)...))
		var masked []byte
		if got := allocated(func() { masked = MaskSecret(frame) }); got > 100*uint64(len(frame)) {
			t.Errorf("a hello of %d bytes allocates %d", len(frame), got)
		}
		p, err := DecodeFrame(masked)
		if hello, ok := p.(*ClientHelloPacket); !ok || strings.Trim(string(hello.ClientSecret), "*") != "" {
			t.Errorf("a hello of %d bytes becomes %T, %v", len(frame), p, err)
		}
	}
}
