package model

import "sort"

// link says that the calls of a chunk from one on began in a packet: the packet's number and, in the low bits, the call's
// index. A chunk has one for each packet that brought calls to it, the first for its call 0. They go when the chunk goes.
type link uint64

const linkSize = 8 // bytes

func linkTo(packet uint64, i int) link { return link(packet<<chunkBits | uint64(i)) }

func (l link) packet() uint64 { return uint64(l) >> chunkBits }

// link notes that the calls from the one numbered first on, up to the newest, began in a packet.
func (l *callLog) link(packet, first uint64) {
	for seq := max(first, l.first()); seq <= l.total; seq = (seq - 1) | chunkMask + 2 {
		c, i, _ := l.at(seq)
		if n := len(c.links); n > 0 && c.links[n-1].packet() == packet {
			continue // as far as the packet had been taken in before
		}
		l.held -= c.bytes()
		c.links = append(c.links, linkTo(packet, i))
		l.held += c.bytes()
	}
}

// PacketOfCall is the number of the packet in which the retained call numbered seq began. The packet itself may no
// longer be kept.
func (s *Session) PacketOfCall(seq uint64) (packet uint64, ok bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	c, i, ok := s.calls.log.at(seq)
	if !ok {
		return 0, false
	}
	n := sort.Search(len(c.links), func(k int) bool { return int(c.links[k]&chunkMask) > i })
	if n == 0 {
		return 0, false
	}
	return c.links[n-1].packet(), true
}

// CallsOfPacket is the numbers of the first and last retained call that began in a packet; ok is false when there is none.
func (s *Session) CallsOfPacket(packet uint64) (first, last uint64, ok bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	l := &s.calls.log
	if l.total == 0 {
		return 0, 0, false
	}
	first, last = l.linked(packet), l.linked(packet+1)-1
	return first, last, first <= last
}

// linked is the number of the first retained call that began in a packet or a later one.
func (l *callLog) linked(packet uint64) uint64 {
	n := sort.Search(len(l.chunks), func(k int) bool {
		links := l.chunks[k].links
		return links[len(links)-1].packet() >= packet
	})
	if n == len(l.chunks) {
		return l.total + 1
	}
	links := l.chunks[n].links
	k := sort.Search(len(links), func(k int) bool { return links[k].packet() >= packet })
	return (l.base+uint64(n))<<chunkBits + uint64(links[k]&chunkMask) + 1
}
