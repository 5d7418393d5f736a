package agent

import (
	"errors"
	"fmt"
	"io"
	"slices"
	"time"

	"goapptrace/protocol"
	"goapptrace/tracee/hook"
)

const (
	// writeTimeout is how long a viewer may read nothing before it is given up: as long as it may say nothing.
	writeTimeout = protocol.PingTimeout

	// maxCommandFrame bounds what a viewer may send in a frame.
	maxCommandFrame = 64 << 10

	// goodbyeTimeout is how long to wait for the viewer to close. Closing first could take back what it has
	// not read yet, if it sent something at the same time.
	goodbyeTimeout = 50 * time.Millisecond
)

// transport is what the agent needs of a connection.
type transport interface {
	io.ReadWriteCloser
	SetReadDeadline(time.Time) error
	SetWriteDeadline(time.Time) error
}

// link is one connection. Its fields are owned by run, except conn, which the reader reads from.
type link struct {
	a    *agent
	conn transport

	progress *progress

	commands chan protocol.Packet // closed by the reader at its end
	stop     chan struct{}        // tells the reader to end; nil until it is started

	stream   stream
	rules    ruleSet
	lastPing time.Time // when the last Ping was sent
}

func newLink(a *agent, conn transport) *link {
	l := &link{a: a, conn: conn, lastPing: time.Now(), rules: ruleSet{rules: slices.Clone(a.cfg.rules)}}
	l.progress = newProgress(conn)
	a.progress.Store(l.progress)
	l.stream = newStream(&a.recorded, &a.symbols, l.send)
	l.stream.filter = newFilter(a.cfg.depth, int64(a.cfg.min))
	return l
}

// handshake introduces the program. Its verdict counts if there is an error.
func (l *link) handshake() (verdict, error) {
	begun := time.Now()
	if err := l.conn.SetReadDeadline(begun.Add(protocol.HandshakeTimeout)); err != nil {
		return retry, err
	}
	hello, err := l.a.hello()
	if err != nil {
		return retry, err
	}
	l.stream.notes.secret = newSecretMask(string(hello.ClientSecret))
	if err := l.send(hello); err != nil {
		return retry, err
	}
	frame, err := protocol.ReadFrame(l.conn, protocol.MaxHelloFrame)
	n := protocol.ClientEnd{Offered: protocol.Current}.Negotiate(frame, err, time.Since(begun))
	switch {
	case err != nil:
		return retry, err
	case n.Refused != "":
		return refused, fmt.Errorf("%s", n.Refused)
	case n.Version != protocol.Current:
		return refused, fmt.Errorf("the viewer speaks %v only", n.Version)
	}
	return retry, nil
}

var (
	errShutdown = errors.New("the viewer said goodbye")
	errRestart  = errors.New("the viewer ends, and is expected back")
	errEnding   = errors.New("the program ends")
	errStuck    = errors.New("the program seems to be stuck")
)

// talk streams until the program ends, the viewer says goodbye, or the connection breaks.
func (l *link) talk() (verdict, error) {
	l.commands, l.stop = make(chan protocol.Packet, 16), make(chan struct{})
	go l.read()
	pace := minPace
	timer := time.NewTimer(0)
	defer timer.Stop()
	for {
		select {
		case <-l.a.ending.Done():
			return leave, errors.Join(errEnding, l.goodbye())
		case p, ok := <-l.commands:
			if !ok {
				return retry, errors.New("the viewer is gone")
			}
			switch p.(type) {
			case *protocol.ShutdownPacket:
				return leave, errors.Join(errShutdown, l.goodbye())
			case *protocol.RestartPacket:
				return retry, errors.Join(errRestart, l.goodbye())
			}
			if err := l.obey(p); err != nil {
				return retry, err
			}
			continue
		case <-hook.Wake:
		case <-timer.C:
		}
		events, err := l.stream.pump()
		if err == nil {
			err = l.ping()
		}
		if err != nil {
			return retry, err
		}
		l.rules.apply(&l.a.symbols)
		if now := time.Now(); l.stream.moved() {
			l.a.vigil.active(now)
		} else if l.a.vigil.over(now) {
			return doze, errors.Join(errStuck, l.goodbye())
		}
		pace = nextPace(pace, events)
		timer.Reset(pace)
	}
}

// The time between two looks at the rings. A ring that is half full calls for one at once.
const (
	minPace = 2 * time.Millisecond
	maxPace = 100 * time.Millisecond

	manyEvents = 2000 // in one look
)

func nextPace(pace time.Duration, events int) time.Duration {
	switch {
	case events >= manyEvents:
		return minPace
	case events > 0:
		return 5 * minPace
	}
	return min(2*pace, maxPace)
}

// goodbye stops recording, sends the rest and a Shutdown, and waits a moment for the viewer to close.
func (l *link) goodbye() error {
	hook.SetMode(hook.ModeOff)
	if err := l.stream.finish(); err != nil {
		return err
	}
	if err := l.send(&protocol.ShutdownPacket{Panic: lastWords(l.stream.notes.secret)}); err != nil {
		return err
	}
	if c, ok := l.conn.(interface{ CloseWrite() error }); ok {
		_ = c.CloseWrite()
	}
	patience := time.NewTimer(goodbyeTimeout)
	defer patience.Stop()
	for {
		select {
		case _, ok := <-l.commands: // nothing is obeyed any more
			if !ok {
				return nil
			}
		case <-patience.C:
			return nil
		}
	}
}

func (l *link) ping() error {
	if time.Since(l.lastPing) < protocol.PingInterval {
		return nil
	}
	l.lastPing = time.Now()
	return l.send(new(protocol.PingPacket))
}

func (l *link) send(p protocol.Packet) error {
	frame, err := l.a.encoder.AppendFrame(l.a.frame[:0], p)
	if err != nil {
		return err
	}
	l.a.frame = frame
	if err := l.conn.SetWriteDeadline(time.Now().Add(writeTimeout)); err != nil {
		return err
	}
	_, err = l.conn.Write(frame)
	l.progress.sent.Add(uint64(len(frame)))
	return err
}

// read hands on what the viewer sends, until it sends nothing for too long or stop is closed.
func (l *link) read() {
	defer close(l.commands)
	defer func() {
		if r := recover(); r != nil {
			l.a.log.printf("panic: %v", r)
		}
	}()
	for {
		p, err := l.readPacket()
		if err != nil {
			l.a.log.printf("read: %v", err)
			return
		}
		if _, ok := p.(*protocol.PingPacket); ok {
			continue
		}
		select {
		case l.commands <- p:
		case <-l.stop:
			return
		}
	}
}

func (l *link) readPacket() (protocol.Packet, error) {
	if err := l.conn.SetReadDeadline(time.Now().Add(protocol.PingTimeout)); err != nil {
		return nil, err
	}
	frame, err := protocol.ReadFrame(l.conn, maxCommandFrame)
	if err != nil {
		return nil, err
	}
	return protocol.DecodeFrame(frame)
}

// close ends the connection and its reader.
func (l *link) close() {
	_ = l.conn.Close()
	if l.stop == nil {
		return
	}
	close(l.stop)
	for range l.commands {
	}
}
