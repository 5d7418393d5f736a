package protocol

import (
	"bytes"
	"encoding/binary"
	"encoding/gob"
	"errors"
	"fmt"
	"io"
)

// lengthSize is the size of the length in front of a frame: a big-endian uint32 that counts what follows it.
const lengthSize = 4

// minFrame is what the smallest gob header and packet take; anything shorter can't be a frame.
const minFrame = 8

// readStep bounds what is allocated on the word of a frame's length alone.
const readStep = 64 << 10

// ErrFrame marks what arrived as not being a frame of this protocol.
var ErrFrame = errors.New("bad frame")

// ReadFrame reads one frame of at most limit bytes and returns it whole, its length included.
// Its error is io.EOF when the peer closed between two frames, io.ErrUnexpectedEOF when within one,
// one that wraps [ErrFrame] when the length can't be right, or else the reader's own.
func ReadFrame(r io.Reader, limit int) ([]byte, error) {
	var length [lengthSize]byte
	if _, err := io.ReadFull(r, length[:]); err != nil {
		return nil, err
	}
	size := uint64(binary.BigEndian.Uint32(length[:]))
	if size < minFrame {
		return nil, fmt.Errorf("%w: length %d is under the smallest of %d: the peer doesn't speak this protocol", ErrFrame, size, minFrame)
	}
	if size+lengthSize > uint64(limit) {
		return nil, fmt.Errorf("%w: length %d (it begins with %q) is over the limit of %d: the peer doesn't speak this protocol or sends too much at once", ErrFrame, size, length[:], limit)
	}
	frame := append(make([]byte, 0, lengthSize+min(size, readStep)), length[:]...)
	for end := lengthSize + int(size); len(frame) < end; {
		step := min(end-len(frame), readStep)
		start := len(frame)
		frame = append(frame, make([]byte, step)...)
		if _, err := io.ReadFull(r, frame[start:]); err != nil {
			if err == io.EOF {
				err = io.ErrUnexpectedEOF
			}
			return nil, err
		}
	}
	return frame, nil
}

// DecodeFrame decodes a frame as [ReadFrame] returns it. Whatever the bytes are, it neither panics
// nor allocates more than a small multiple of their number. Its errors wrap [ErrFrame].
func DecodeFrame(frame []byte) (Packet, error) {
	_, p, err := decode(frame)
	if err != nil {
		return nil, fmt.Errorf("%w: %w", ErrFrame, err)
	}
	return p, nil
}

// DecodeHeader decodes a frame's header alone, to show it; its errors wrap [ErrFrame].
func DecodeHeader(frame []byte) (HeaderPacket, error) {
	h, _, err := decode(frame)
	if err != nil {
		return HeaderPacket{}, fmt.Errorf("%w: %w", ErrFrame, err)
	}
	return h, nil
}

func decode(frame []byte) (h HeaderPacket, p Packet, err error) {
	if len(frame) < lengthSize || uint64(binary.BigEndian.Uint32(frame)) != uint64(len(frame)-lengthSize) {
		return h, nil, errors.New("the length disagrees with the frame")
	}
	body := frame[lengthSize:]
	headerLength, err := scanGob(body)
	if err != nil {
		return h, nil, err
	}
	defer func() {
		if r := recover(); r != nil {
			err = fmt.Errorf("gob: %v", r)
		}
	}()
	dec := gob.NewDecoder(bytes.NewReader(body))
	if err := dec.Decode(&h); err != nil {
		return h, nil, fmt.Errorf("header: %w", err)
	}
	if packetLength := int64(len(body) - headerLength); h.PacketLength != 0 && h.PacketLength != packetLength {
		return h, nil, fmt.Errorf("the header says %d bytes of packet, the frame has %d", h.PacketLength, packetLength)
	}
	if p, err = New(h.PacketType); err != nil {
		return h, nil, err
	}
	if err := dec.Decode(p); err != nil {
		return h, nil, fmt.Errorf("%v: %w", h.PacketType, err)
	}
	return h, p, nil
}
