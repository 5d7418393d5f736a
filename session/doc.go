// Package session is the server's end of goapptrace's protocol on live connections: it listens on TCP and Unix sockets,
// negotiates with each program that connects, decodes what it sends, keeps the connection alive and ends it properly.
//
// Call [Listen], show [Server.Addrs] and [Server.Notices] to the user, range over [Server.Sessions], and for each session
// range over [Session.Events] in a goroutine of its own. [Session.Trace] and [Session.Shutdown] are the way back to the
// program. [Server.Shutdown] ends all.
//
// # Who owns what
//
// A Server owns one accepting goroutine for each listener and one running goroutine for each session, and waits for
// them all. A Session's runner handshakes, then reads frames, decodes them and puts them into the Events channel; it starts
// the session's writer, which sends commands, Pings and the Shutdown, and waits for it.
//
// The Events channel is bounded. When its consumer is slow the runner waits, reads no more, and the program's agent
// sees a full socket: it drops, and counts what it drops. The writer goes on meanwhile, so that a slow consumer doesn't
// look like a dead viewer; nor does a program look dead while nobody reads what it has sent.
//
// A connection that breaks the protocol ends with a reason and no other one is touched. How many there may be is
// bounded for each listener: who floods the TCP port keeps nobody out of the socket.
package session
