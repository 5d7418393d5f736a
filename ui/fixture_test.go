package ui

import (
	"cmp"
	"fmt"
	"slices"
	"testing"
	"time"

	"goapptrace/model"
	"goapptrace/protocol"
)

// Times on the screen are local ones; the tests' are the same everywhere.
func init() { time.Local = time.UTC }

// gob numbers types in the order in which it meets them. The golden files show the numbers, whichever test comes first.
func init() {
	for t := protocol.TypeClientHello; ; t++ {
		p, err := protocol.New(t)
		if err != nil {
			return
		}
		if _, err := protocol.AppendFrame(nil, p); err != nil {
			panic(err)
		}
	}
}

// fixtureNow is the moment at which the tests look at the screen.
var fixtureNow = time.Date(2026, 3, 14, 12, 3, 44, 120_000_000, time.UTC)

// addresses are what the tests listen on.
var addresses = []string{"unix:///run/user/1000/goapptrace.sock", "tcp://127.0.0.1:8600"}

// fixture is a store as it is in the middle of a day: a live shop, a worker in its handshake, a batch job that has
// ended and a peer that was refused.
type fixture struct {
	tb    testing.TB
	store *model.Store
	next  uint64

	shop, worker, batch, refused *model.Session
}

func newFixture(tb testing.TB) *fixture {
	f := &fixture{tb: tb, store: model.New(model.Limits{})}
	f.batch = f.open("batch", 3990, 40*time.Minute)
	f.close(f.batch, 3*time.Minute, "the program has said goodbye")
	f.batch.Exited(fixtureNow.Add(-3*time.Minute), model.Exit{})
	f.shop = f.open("shop", 4123, 12*time.Minute+4*time.Second)
	f.trade(f.shop, 100)
	f.refused = f.refuse("10.0.0.7:51234", "2.0")
	f.worker = f.greet("worker", 4188)
	return f
}

func (f *fixture) add(ago time.Duration, remote string) (*model.Session, time.Time) {
	f.next++
	at := fixtureNow.Add(-ago)
	return f.store.Open(f.next, at, remote), at
}

// frame records a packet as it crossed the wire.
func (f *fixture) frame(s *model.Session, at time.Time, dir protocol.Direction, p protocol.Packet) []byte {
	f.tb.Helper()
	raw, err := protocol.AppendFrame(nil, p)
	if err != nil {
		f.tb.Fatal(err)
	}
	s.Packet(protocol.Record{At: at, Dir: dir, Packet: p, Raw: raw})
	return raw
}

// hello is what an instrumented program says of itself.
func hello(app protocol.Text, pid int64, at time.Time) *protocol.ClientHelloPacket {
	return &protocol.ClientHelloPacket{
		AppName: app, ProtocolVersion: "1.1", PID: pid, Host: "atlas", ExecPath: "/home/ada/" + app + "/" + app, GoVersion: "go1.26.0",
		ModulePath: "example.com/" + app, ModuleVersion: "v1.4.2", Revision: "8d51c2e", GOMAXPROCS: 8, WallClock: at.UnixNano(),
	}
}

// negotiate runs the server's end of the handshake on a hello.
func (f *fixture) negotiate(s *model.Session, at time.Time, h *protocol.ClientHelloPacket) protocol.Negotiation {
	raw := f.frame(s, at, protocol.In, h)
	n := protocol.ServerEnd{SessionID: s.ID()}.Negotiate(raw, nil, 312*time.Microsecond)
	for _, step := range n.Steps {
		s.Step(step)
	}
	return n
}

// open adds an established session that began some time ago.
func (f *fixture) open(app protocol.Text, pid int64, ago time.Duration) *model.Session {
	s, at := f.add(ago, "unix:"+string(app))
	h := hello(app, pid, at)
	n := f.negotiate(s, at, h)
	s.Hello(h, n.Version)
	f.frame(s, at, protocol.Out, n.Reply)
	s.State(at, protocol.StateHelloReceived, "")
	s.State(at, protocol.StateEstablished, "")
	return s
}

// greet adds a session whose hello is being judged.
func (f *fixture) greet(app protocol.Text, pid int64) *model.Session {
	s, at := f.add(200*time.Microsecond, "127.0.0.1:40112")
	h := hello(app, pid, at)
	f.frame(s, at, protocol.In, h)
	s.Step(protocol.Step{Name: "connected"})
	s.Hello(h, protocol.Current)
	s.State(at, protocol.StateHelloReceived, "")
	return s
}

// refuse adds a peer that speaks another version.
func (f *fixture) refuse(remote string, version protocol.Text) *model.Session {
	s, at := f.add(2*time.Minute, remote)
	n := f.negotiate(s, at, &protocol.ClientHelloPacket{ProtocolVersion: version})
	if n.Refused == "" {
		f.tb.Fatalf("version %s was not refused", version)
	}
	s.State(at, protocol.StateRefused, n.Refused)
	return s
}

func (f *fixture) close(s *model.Session, ago time.Duration, reason protocol.Text) {
	at := fixtureNow.Add(-ago)
	f.frame(s, at, protocol.In, new(protocol.ShutdownPacket))
	s.State(at, protocol.StateClosing, "")
	s.State(at, protocol.StateClosed, reason)
}

// lose breaks a session's connection.
func (f *fixture) lose(s *model.Session, reason protocol.Text) {
	s.State(fixtureNow.Add(-5*time.Second), protocol.StateLost, reason)
}

// crash ends a session's program with a panic.
func (f *fixture) crash(s *model.Session) {
	f.lose(s, "the connection ended without goodbye: tail unknown")
	s.Exited(fixtureNow.Add(-4*time.Second), model.Exit{Status: 2, Crash: "panic: assignment to entry in nil map\n\n" +
		"goroutine 1 [running]:\nmain.(*Cache).put(...)\n\t/home/ada/cron/cache.go:31\nmain.main()\n\t/home/ada/cron/main.go:12 +0x1d\n"})
}

// shopFunctions are those of the shop, with their lines; a function's ID is its index and one.
var shopFunctions = []struct {
	name, file protocol.Text
	line       uint64
}{
	{"main.main", "main.go", 21},
	{"main.(*Server).Serve", "server.go", 40},
	{"main.(*Server).order", "server.go", 88},
	{"example.com/shop/store.(*DB).Load", "store/db.go", 17},
	{"example.com/shop/store.decode", "store/codec.go", 9},
	{"example.com/shop/orders.(*Pool).Submit", "orders/pool.go", 33},
	{"example.com/shop/orders.(*Pool).Submit.func1", "orders/pool.go", 36},
	{"example.com/shop/orders.price", "orders/price.go", 12},
}

// trade has the shop serve orders, one each 50 ms until now, and send what it does.
func (f *fixture) trade(s *model.Session, orders int) {
	begin := s.Row(fixtureNow).Opened
	now := fixtureNow.Sub(begin)
	symbols := new(protocol.Symbols)
	for i, fn := range shopFunctions {
		id := uint64(i + 1)
		symbols.Funcs = append(symbols.Funcs, &protocol.FuncSymbol{ID: id, Name: fn.name, File: "/home/ada/shop/" + fn.file})
		symbols.FuncStatus = append(symbols.FuncStatus, &protocol.FuncStatus{ID: id, Func: id, Line: fn.line})
	}
	f.frame(s, begin.Add(time.Millisecond), protocol.In, &protocol.SymbolPacket{Symbols: symbols})
	f.send(s, begin, 1, []protocol.Event{{Time: 1e6, Func: 1, G: 1}, {Time: 2e6, Func: 2, G: 1}})
	const pace = 50 * time.Millisecond
	for i := range orders {
		at := now - time.Duration(orders-i)*pace
		f.send(s, begin, uint64(i+2), order(i, int64(at)))
		if i%20 == 10 {
			f.frame(s, begin.Add(at+pace/2), protocol.In, new(protocol.PingPacket))
			f.frame(s, begin.Add(at+pace/2), protocol.Out, new(protocol.PingPacket))
		}
	}
	s.Output(fixtureNow.Add(-4*time.Second), "stdout", []byte("shop: listening on 127.0.0.1:8080\n"))
	s.Output(fixtureNow.Add(-time.Second), "stderr", []byte("order 97: out of stock\norder 98: served\n"))
}

// order is what a worker does for one order from at on, and the submission of it that is still going on.
func order(i int, at int64) []protocol.Event {
	const us = int64(time.Microsecond)
	g := uint64(17 + i%4)
	slow := int64(1 + i%7)
	var events []protocol.Event
	call := func(f uint64, from, to int64) {
		events = append(events,
			protocol.Event{Time: at + from*us, Func: f, G: g}, protocol.Event{Time: at + to*us, Func: f, G: g, Kind: orderEnd(i, f)})
	}
	call(3, 0, 12_400*slow/2)
	call(4, 100, 9_800*slow/2)
	call(5, 300, 300+3_100*slow/2)
	call(8, 9_900*slow/2, 9_901*slow/2)
	call(6, 10_000*slow/2, 12_000*slow/2)
	if i%10 == 9 {
		events = append(events, protocol.Event{Time: at + 11_000*slow*us/2, Func: 7, G: 100 + uint64(i)})
	}
	slices.SortStableFunc(events, func(a, b protocol.Event) int { return cmp.Compare(a.Time, b.Time) })
	return events
}

// orderEnd is how a function of an order ends: some products are missing, some prices are nonsense.
func orderEnd(i int, f uint64) protocol.EventKind {
	switch {
	case i%9 == 6 && (f == 3 || f == 4):
		return protocol.LeaveError
	case i%33 == 31 && (f == 3 || f == 8):
		return protocol.LeavePanic
	}
	return protocol.Leave
}

// explain has the shop tell more of the orders that it has served: arguments, errors, goroutines, log lines.
func (f *fixture) explain(s *model.Session, orders int) {
	const pace, us = 50 * time.Millisecond, int64(time.Microsecond)
	begin := s.Row(fixtureNow).Opened
	f.frame(s, fixtureNow, protocol.In, &protocol.GoroutinesPacket{
		IDs: []uint64{1, 5, 17, 18, 19, 20}, Parents: []uint64{0, 1, 5, 5, 5, 5}, Sites: []uint64{0, 1, 2, 2, 2, 2},
		SiteIDs: []uint64{1, 2}, Entries: []protocol.Text{"main.(*Server).Serve", "main.(*Server).worker"},
		Creators: []protocol.Text{"main.main", "main.(*Server).Serve"},
		Files:    []protocol.Text{"/home/ada/shop/main.go", "/home/ada/shop/server.go"}, Lines: []uint64{31, 42},
	})
	d := new(protocol.DetailsPacket)
	tell := func(g uint64, start int64, kind byte, text string) {
		d.Gs, d.Starts = append(d.Gs, g), append(d.Starts, start)
		d.Kinds, d.Texts = append(d.Kinds, kind), append(d.Texts, protocol.Text(text))
	}
	for i := range orders {
		at := int64(fixtureNow.Sub(begin) - time.Duration(orders-i)*pace)
		g, key := uint64(17+i%4), fmt.Sprintf("product/%d", i%61)
		tell(g, at, protocol.DetailArgs, fmt.Sprintf("s=&Server{db: &DB{…}, mu: Mutex{…}}, id=%d, gift=%v", i, i%7 == 0))
		tell(g, at+100*us, protocol.DetailArgs, fmt.Sprintf("db=&DB{rows: map[string]string(61)}, key=%q, into=&Product{…}", key))
		if orderEnd(i, 4) != protocol.LeaveError {
			continue
		}
		missing := fmt.Sprintf("store: no row with key %q", key)
		tell(g, at+100*us, protocol.DetailError, missing)
		tell(g, at, protocol.DetailResults, "store.Order{ID:0, Customer:\"Ada\", Lines:[]store.Line{…(3)}, Gift:false, To:\"\", Total:0}, *fmt.wrapError")
		tell(g, at, protocol.DetailError, fmt.Sprintf("order %d can't be placed: %s\norders: put back 3 lines", i, missing))
		f.frame(s, fixtureNow, protocol.In, &protocol.LogPacket{
			Time: at + 300*us, G: g, Stream: "slog", Level: "ERROR", Message: "request failed",
			Keys: []protocol.Text{"path", "status", "err"}, Values: []protocol.Text{"/orders", "404", protocol.Text(missing)},
		})
	}
	f.frame(s, fixtureNow, protocol.In, d)
	for i, line := range []struct{ stream, level, text protocol.Text }{
		{"slog", "DEBUG", "cache swept"},
		{"slog", "INFO", "shelf filled"},
		{"slog", "WARN+2", "the bank is slow"},
		{"log", "", "http: TLS handshake error from 127.0.0.1:40112: EOF"},
	} {
		f.frame(s, fixtureNow, protocol.In, &protocol.LogPacket{
			Time: int64(fixtureNow.Sub(begin)) - int64(200-i)*1000*us, G: 17 + uint64(i), Stream: line.stream, Level: line.level, Message: line.text,
		})
	}
}

// told is a shop that tells more of its orders than when they were.
func (f *fixture) told() *model.Session {
	s := f.open("shop", 4124, time.Minute)
	f.trade(s, 100)
	f.explain(s, 100)
	return s
}

// moded is a shop whose functions are traced in all ways.
func (f *fixture) moded() *model.Session {
	s := f.open("shop", 4125, time.Minute)
	f.trade(s, 100)
	f.frame(s, fixtureNow, protocol.In, &protocol.CountersPacket{
		Funcs: []uint64{4, 5, 8}, Calls: []uint64{0, 12_345, 0}, TotalNS: []uint64{0, 8e9, 0}, MaxNS: []uint64{0, 3e6, 0},
		Modes: []byte{protocol.FuncCount, protocol.FuncHeld, protocol.FuncOff}, Unhooked: 212,
	})
	return s
}

// tested is a test of a package with a test within it, which failed.
func (f *fixture) tested() *model.Session {
	s := f.open("orders.test", 91, time.Minute)
	begin := s.Row(fixtureNow).Opened
	symbols := new(protocol.Symbols)
	for i, name := range []protocol.Text{"orders.TestPlace", "orders.TestPlace.func1", "orders.(*Service).Place"} {
		id := uint64(i + 1)
		symbols.Funcs = append(symbols.Funcs, &protocol.FuncSymbol{ID: id, Name: "example.com/shop/" + name, File: "/home/ada/shop/orders/service_test.go"})
		symbols.FuncStatus = append(symbols.FuncStatus, &protocol.FuncStatus{ID: id, Func: id, Line: 20 + 10*id})
	}
	f.frame(s, begin, protocol.In, &protocol.SymbolPacket{Symbols: symbols})
	f.send(s, begin, 1, []protocol.Event{
		{Time: 1e6, Func: 1, G: 6},
		{Time: 2e6, Func: 2, G: 7},
		{Time: 3e6, Func: 3, G: 7},
		{Time: 4e6, Func: 3, G: 7, Kind: protocol.LeaveError},
		{Time: 5e6, Func: 2, G: 7, Kind: protocol.LeavePanic},
		{Time: 6e6, Func: 1, G: 6, Kind: protocol.Leave},
	})
	f.frame(s, begin, protocol.In, &protocol.DetailsPacket{
		Gs: []uint64{6, 7, 7}, Starts: []int64{1e6, 2e6, 3e6},
		Kinds: []byte{protocol.DetailSpan, protocol.DetailSpan, protocol.DetailError},
		Texts: []protocol.Text{"TestPlace", "TestPlace/\x1b[31mempty", "orders: invalid order: no lines"},
	})
	f.frame(s, begin, protocol.In, &protocol.GoroutinesPacket{
		IDs: []uint64{6, 7}, Parents: []uint64{1, 6}, Sites: []uint64{1, 1}, SiteIDs: []uint64{1},
		Entries: []protocol.Text{"testing.tRunner"}, Creators: []protocol.Text{"testing.(*T).Run"},
		Files: []protocol.Text{"/usr/local/go/src/testing/testing.go"}, Lines: []uint64{2101},
	})
	return s
}

// send puts events into a batch. Their times count from begin.
func (f *fixture) send(s *model.Session, begin time.Time, seq uint64, events []protocol.Event) {
	var b protocol.BatchBuilder
	for _, e := range events {
		b.Add(e)
	}
	end := events[len(events)-1].Time
	f.frame(s, begin.Add(time.Duration(end)), protocol.In, b.Packet(seq, end))
}

// miss has a session's tracee report lost events.
func (f *fixture) miss(s *model.Session, events uint64) {
	var b protocol.BatchBuilder
	b.Lose(3, events)
	f.frame(s, fixtureNow, protocol.In, b.Packet(102, int64(12*time.Minute)))
}
