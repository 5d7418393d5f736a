package protocol

import (
	"bytes"
)

// MaskSecret returns a copy of a frame with a ClientHello in which every byte of the secret is a star,
// for keeping and showing. Other frames are returned as they are.
func MaskSecret(frame []byte) []byte {
	p, err := DecodeFrame(frame)
	hello, ok := p.(*ClientHelloPacket)
	if err != nil || !ok || hello.ClientSecret == "" {
		return frame
	}
	secret := []byte(hello.ClientSecret)
	stars := bytes.Repeat([]byte("*"), len(secret))
	want := *hello
	want.ClientSecret = Text(stars)
	// A short secret may stand in the frame by accident, in a field's name for example, or on purpose a million times.
	at := 0
	for range maxMaskTries {
		next := bytes.Index(frame[at:], secret)
		if next < 0 {
			break
		}
		at += next
		masked := bytes.Clone(frame)
		copy(masked[at:], stars)
		if p, err := DecodeFrame(masked); err == nil {
			if got, ok := p.(*ClientHelloPacket); ok && *got == want {
				return masked
			}
		}
		at++
	}
	return maskAnew(want)
}

// maxMaskTries bounds the places in a frame that are tried for its secret.
const maxMaskTries = 16

// maskAnew encodes a hello whose secret can't be told from the rest of its frame.
func maskAnew(hello ClientHelloPacket) []byte {
	frame, err := AppendFrame(nil, &hello)
	if err != nil { // it had just the size of a frame, and ours defines all fields: say less
		frame, _ = AppendFrame(nil, &ClientHelloPacket{ClientSecret: "***"})
	}
	return frame
}
