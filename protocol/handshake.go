package protocol

import (
	"crypto/sha256"
	"crypto/subtle"
	"errors"
	"fmt"
	"io"
	"os"
	"time"
)

// The steps of a handshake, in their order.
const (
	StepConnected   = "connected"
	StepClientHello = "ClientHello"
	StepVersion     = "version"
	StepSecret      = "secret"
	StepServerHello = "ServerHello"
)

// Negotiation is what came of a handshake, seen from one end.
type Negotiation struct {
	Client  *ClientHelloPacket // the server's end: the hello, its secret masked; nil when none was understood
	Reply   *ServerHelloPacket // the server's end: what to answer before going on or closing; nil for nothing
	Version Version            // what both speak from now on, unless refused
	Refused Text               // why there is no session; empty when there is one
	Steps   Transcript
}

func (n *Negotiation) ok(name string, after time.Duration, detail Text) {
	n.Steps = append(n.Steps, Step{Name: name, After: after, Detail: detail})
}

func (n *Negotiation) fail(name string, after time.Duration, why Text, fix string) {
	n.Steps = append(n.Steps, Step{Name: name, After: after, Outcome: OutcomeFailed, Detail: why, Fix: fix})
	n.Refused = Text(name) + ": " + why
}

// ServerEnd is what the server's end of a handshake goes by.
type ServerEnd struct {
	Secret    string // what clients must know; empty to ask for none
	SessionID uint64
}

// Negotiate judges the client's first frame, or the error that came in its place, after so long since the
// connection was accepted. Send its Reply, if any, then go on with its Version or close.
func (e ServerEnd) Negotiate(frame []byte, readErr error, after time.Duration) Negotiation {
	var n Negotiation
	n.ok(StepConnected, 0, "")
	hello := e.readHello(&n, frame, readErr, after)
	if hello == nil {
		return n
	}
	offered, err := ParseVersion(hello.ProtocolVersion)
	if err == nil {
		n.Version, err = Common(Current, offered)
	}
	if err != nil {
		n.fail(StepVersion, after, Text(err.Error()), "use the goapptrace that the program was built with, or rebuild the program with this one")
		n.Reply = &ServerHelloPacket{ProtocolVersion: Text(Current.String()), Refused: n.Refused}
		return n
	}
	n.ok(StepVersion, after, Text(fmt.Sprintf("%v (client %v, server %v)", n.Version, offered, Current)))
	if !e.secretOK(&n, hello.ClientSecret, after) {
		// A 1.0 client would take any hello for consent.
		if n.Version != Original {
			n.Reply = &ServerHelloPacket{ProtocolVersion: Text(n.Version.String()), Refused: n.Refused}
		}
		return n
	}
	n.Reply = e.consent(hello.ProtocolVersion, n.Version)
	n.ok(StepServerHello, after, n.Reply.ProtocolVersion)
	return n
}

func (e ServerEnd) readHello(n *Negotiation, frame []byte, readErr error, after time.Duration) *ClientHelloPacket {
	packet, err := firstPacket(frame, readErr)
	hello, isHello := packet.(*ClientHelloPacket)
	switch {
	case err != nil:
		n.fail(StepClientHello, after, Text(err.Error()), adviceFor(err))
		return nil
	case !isHello:
		n.fail(StepClientHello, after, Text(fmt.Sprintf("the first packet is %v instead", packet.PacketType())), notOurs)
		return nil
	}
	n.ok(StepClientHello, after, hello.ProtocolVersion)
	masked := *hello
	if masked.ClientSecret != "" {
		masked.ClientSecret = "***"
	}
	n.Client = &masked
	return hello
}

// secretOK compares digests: neither the time that it takes nor what it says tells how close a guess was.
func (e ServerEnd) secretOK(n *Negotiation, secret Text, after time.Duration) bool {
	if e.Secret == "" {
		n.ok(StepSecret, after, "none asked for")
		return true
	}
	want, got := sha256.Sum256([]byte(e.Secret)), sha256.Sum256([]byte(secret))
	if subtle.ConstantTimeCompare(want[:], got[:]) == 1 {
		n.ok(StepSecret, after, "")
		return true
	}
	why := Text("wrong secret")
	if secret == "" {
		why = "no secret, but one is asked for"
	}
	n.fail(StepSecret, after, why, "set GOAPPTRACE_SECRET for the program to what the server's --secret-file holds")
	return false
}

// consent answers in the client's own spelling: who says "1" wants to hear "1", and knows no session ID.
func (e ServerEnd) consent(offered Text, v Version) *ServerHelloPacket {
	switch {
	case offered == originalString:
		return &ServerHelloPacket{ProtocolVersion: originalString}
	case v == Original:
		return &ServerHelloPacket{ProtocolVersion: Text(v.String())}
	}
	return &ServerHelloPacket{ProtocolVersion: Text(v.String()), SessionID: e.SessionID}
}

// ClientEnd is what the client's end of a handshake goes by: its own hello's ProtocolVersion.
type ClientEnd struct {
	Offered Version
}

// Negotiate judges the server's answer, or the error that came in its place, after so long since the connection was made.
func (e ClientEnd) Negotiate(frame []byte, readErr error, after time.Duration) Negotiation {
	var n Negotiation
	n.ok(StepConnected, 0, "")
	n.ok(StepClientHello, 0, Text(e.Offered.String()))
	packet, err := firstPacket(frame, readErr)
	hello, isHello := packet.(*ServerHelloPacket)
	switch {
	case err != nil:
		n.fail(StepServerHello, after, Text(err.Error()), adviceFor(err))
		return n
	case !isHello:
		n.fail(StepServerHello, after, Text(fmt.Sprintf("the first packet is %v instead", packet.PacketType())), notOurs)
		return n
	case hello.Refused != "":
		n.fail(StepServerHello, after, hello.Refused, "see what the server says")
		return n
	}
	n.ok(StepServerHello, after, hello.ProtocolVersion)
	answered, err := ParseVersion(hello.ProtocolVersion)
	if err == nil {
		n.Version, err = Common(e.Offered, answered)
	}
	if err == nil && n.Version != answered {
		err = fmt.Errorf("the server answers %v to an offer of %v", answered, e.Offered)
	}
	if err != nil {
		n.fail(StepVersion, after, Text(err.Error()), "rebuild the program with the goapptrace that serves")
		return n
	}
	n.ok(StepVersion, after, Text(n.Version.String()))
	return n
}

// notOurs is the advice for a peer that says something else than expected.
const notOurs = "check that the peer is a program built by goapptrace and that the address is right"

func firstPacket(frame []byte, readErr error) (Packet, error) {
	switch {
	case errors.Is(readErr, io.EOF):
		return nil, errors.New("the peer closed without saying anything")
	case errors.Is(readErr, io.ErrUnexpectedEOF):
		return nil, errors.New("the peer closed in the middle of a frame")
	case errors.Is(readErr, os.ErrDeadlineExceeded):
		return nil, fmt.Errorf("the peer said nothing complete within %v", HandshakeTimeout)
	case readErr != nil:
		return nil, readErr
	}
	return DecodeFrame(frame)
}

func adviceFor(err error) string {
	if errors.Is(err, ErrFrame) {
		return notOurs
	}
	return "connect again; if it stays so, look at what the peer logs"
}
