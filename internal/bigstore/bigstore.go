// Package bigstore makes a store as large as the screen has to stand, for benchmarks: [New] fills it in some seconds, by the way
// that packets take from a connection into the model. [Store.Feed] has more arrive while something is measured.
package bigstore

import (
	"fmt"
	"time"

	"goapptrace/model"
	"goapptrace/protocol"
)

// Size is how much there is in a store.
type Size struct {
	Calls      int // that the large session retains, about half of them finished within a few µs
	Functions  int // of the large session
	Goroutines int // of the large session, all alive
	Sessions   int // all established; those besides the large one are small and say nothing
	Rate       int // events a second, by which the calls came and by which others come
}

// Named is the size that the screen is to stand.
var Named = Size{Calls: 10_000_000, Functions: 50_000, Goroutines: 10_000, Sessions: 100, Rate: 1_000_000}

// Store is a filled store.
type Store struct {
	*model.Store
	Size Size
	Busy *model.Session // the large session
	Fed  func()         // if not nil, what feeds calls this each time something has arrived: always on the same thread

	begin time.Time // when the large session began: its events' times count from here
	busy  *program
}

// New fills a store with what came until now.
func New(size Size, now time.Time) *Store {
	span := time.Duration(2*size.Calls) * time.Second / time.Duration(size.Rate)
	st := &Store{
		Store: model.New(model.Limits{Calls: size.Calls, Sessions: size.Sessions}),
		Size:  size, begin: now.Add(-span), busy: newProgram(size.Functions, size.Goroutines),
	}
	for id := 2; id <= size.Sessions; id++ {
		st.quiet(uint64(id), now.Add(-time.Duration(id)*time.Minute))
	}
	st.Busy = st.connect(1, "busy", st.begin)
	for _, p := range st.busy.introduction() {
		st.take(st.Busy, st.begin, p)
	}
	for st.busy.now = 0; st.busy.now < int64(span); {
		st.batch(st.busy.now + batchEvents*int64(time.Second)/int64(size.Rate))
	}
	return st
}

// batch takes in a batch whose last event is at the time end, in ns since the session began, and what comes with it.
func (st *Store) batch(end int64) {
	at := st.begin.Add(time.Duration(end))
	for _, p := range st.busy.batch(end) {
		st.take(st.Busy, at, p)
	}
}

// take has a session take in a packet, with its bytes.
func (st *Store) take(s *model.Session, at time.Time, p protocol.Packet) []byte {
	raw, err := protocol.AppendFrame(nil, p)
	if err != nil {
		panic(err) // we made it
	}
	s.Packet(protocol.Record{At: at, Packet: p, Raw: raw})
	return raw
}

// connect opens a session and shakes hands.
func (st *Store) connect(id uint64, app protocol.Text, at time.Time) *model.Session {
	s := st.Open(id, at, "unix:"+string(app))
	hello := &protocol.ClientHelloPacket{
		AppName: app, ProtocolVersion: "1.1", PID: int64(4000 + id), Host: "atlas", ExecPath: "/home/ada/" + app, GoVersion: "go1.26.0",
		ModulePath: "example.com/" + app, GOMAXPROCS: 8, WallClock: at.UnixNano(),
	}
	raw := st.take(s, at, hello)
	n := protocol.ServerEnd{SessionID: id}.Negotiate(raw, nil, time.Millisecond)
	for _, step := range n.Steps {
		s.Step(step)
	}
	s.Hello(hello, n.Version)
	s.State(at, protocol.StateHelloReceived, "")
	s.State(at, protocol.StateEstablished, "")
	return s
}

// quiet adds a session that has made some calls, the first of which goes on.
func (st *Store) quiet(id uint64, at time.Time) {
	s := st.connect(id, protocol.Text(fmt.Sprintf("quiet%d", id)), at)
	small := newProgram(100, 4)
	for _, p := range append(small.introduction(), small.batch(int64(time.Second))...) {
		st.take(s, at.Add(time.Second), p)
	}
}
