// Package session is the server's end of goapptrace's protocol on live connections: it listens on Unix sockets, TCP and TLS,
// negotiates with each program that connects, decodes what it sends, keeps the connection alive and ends it properly.
//
// Call [Listen], show [Server.Addrs] and [Server.Notices] to the user, range over [Server.Sessions], and for each session
// range over [Session.Events] in a goroutine of its own. [Session.Trace] and [Session.Shutdown] are the way back to the
// program. [Server.Shutdown] ends all.
//
// # Who owns what
//
// A Server owns one accepting goroutine for each listener and one for each connection, and waits for them all. That of a
// connection waits for its first byte; then it is the runner of a Session. It handshakes, then reads frames, decodes them and
// puts them into the Events channel; it starts the session's writer, which sends commands, Pings and the Shutdown, and waits for it.
//
// The Events channel is bounded. When its consumer is slow the runner waits, reads no more, and the program's agent
// sees a full socket: it drops, and counts what it drops. The writer goes on meanwhile, so that a slow consumer doesn't
// look like a dead viewer; nor does a program look dead while nobody reads what it has sent.
//
// A connection that breaks the protocol ends with a reason and no other one is touched. [Limits] bound for each listener how many
// there may be, how large and how slow: who floods the TCP port keeps nobody out of the socket, and of the port only those at
// the same address. [Server.Stats] counts what came to nothing.
package session
