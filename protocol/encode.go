package protocol

import (
	"bytes"
	"encoding/binary"
	"encoding/gob"
	"fmt"
	"sync"
)

// AppendFrame appends p as one frame to dst. The frame carries its own type definitions and can be decoded alone. Whoever
// sends many keeps an [Encoder].
func AppendFrame(dst []byte, p Packet) ([]byte, error) {
	e := encoders.Get().(*Encoder)
	defer encoders.Put(e)
	return e.AppendFrame(dst, p)
}

// encoders are for those who send now and then.
var encoders = sync.Pool{New: func() any { return new(Encoder) }}

// Encoder makes frames as a fresh gob.Encoder would for each. It keeps what is the same in all of them, and for each type of packet
// the memory that encoding takes: up to some three times its largest frame. Its zero value is ready; it isn't for several goroutines at once.
type Encoder struct {
	header  valueEncoder
	packets map[PacketType]*valueEncoder
}

// AppendFrame does what the function [AppendFrame] does.
func (e *Encoder) AppendFrame(dst []byte, p Packet) ([]byte, error) {
	t := p.PacketType()
	packet, err := e.packet(t).encode(p)
	if err != nil {
		delete(e.packets, t) // gob encoders stay broken
		return dst, fmt.Errorf("encode %v: %w", t, err)
	}
	length := packet.size()
	header, err := e.header.encode(&HeaderPacket{PacketType: t, PacketLength: int64(length)})
	if err != nil {
		return dst, fmt.Errorf("encode header of %v: %w", t, err)
	}
	length += header.size()
	if length+lengthSize > MaxFrame {
		return dst, fmt.Errorf("encode %v: frame of %d bytes is over the limit of %d", t, length+lengthSize, MaxFrame)
	}
	dst = binary.BigEndian.AppendUint32(dst, uint32(length))
	return packet.appendTo(header.appendTo(dst)), nil
}

func (e *Encoder) packet(t PacketType) *valueEncoder {
	if e.packets == nil {
		e.packets = map[PacketType]*valueEncoder{}
	}
	if e.packets[t] == nil {
		e.packets[t] = new(valueEncoder)
	}
	return e.packets[t]
}

// valueEncoder encodes values of one type. A gob.Encoder defines the types at its first value only; kept,
// they can be put before every other one.
type valueEncoder struct {
	gob         *gob.Encoder // writes to value
	definitions []byte
	value       bytes.Buffer
}

// encode returns e, which holds the value until its next one.
func (e *valueEncoder) encode(v any) (*valueEncoder, error) {
	if e.gob != nil {
		e.value.Reset()
		return e, e.gob.Encode(v)
	}
	e.gob = gob.NewEncoder(&e.value)
	if err := e.gob.Encode(v); err != nil {
		return e, err
	}
	// The value is the last message. The same again is the value alone.
	first := e.value.Len()
	if err := e.gob.Encode(v); err != nil {
		return e, err
	}
	both := e.value.Bytes()
	e.definitions = bytes.Clone(both[:2*first-len(both)])
	e.value.Next(first)
	return e, nil
}

func (e *valueEncoder) size() int { return len(e.definitions) + e.value.Len() }

func (e *valueEncoder) appendTo(dst []byte) []byte {
	return append(append(dst, e.definitions...), e.value.Bytes()...)
}
