package session

import (
	"errors"
	"os"
	"time"

	"goapptrace/protocol"
)

const (
	// writeTimeout bounds one write. What this end sends is small: only a peer that has stopped reading makes it wait.
	writeTimeout = 5 * time.Second

	// answerGap is the least time from a Ping of ours to one that answers the peer's. An answer is a Ping, too:
	// without a gap two ends that both answer would never stop.
	answerGap = time.Second

	// maxUnseen bounds the sent packets that wait for a slow consumer. Beyond it commands wait and Pings go unreported.
	maxUnseen = 256
)

// writer is the state of a session's writing goroutine and owned by it.
type writer struct {
	*Session
	unseen   []Event // what was sent and isn't reported yet
	lastPing time.Time
	ticker   *time.Ticker
	done     bool // nothing more may be sent
}

// write sends commands, Pings and the Shutdown until stop is closed, and returns the events that it couldn't report by then.
// It never waits for the consumer: a Ping has to go out in time however slow that is.
func (s *Session) write(stop <-chan struct{}) []Event {
	w := &writer{Session: s, ticker: time.NewTicker(protocol.PingInterval)}
	defer w.ticker.Stop()
	goodbye := s.goodbye
	for {
		var events chan<- Event
		var next Event
		if len(w.unseen) > 0 {
			events, next = s.events, w.unseen[0]
		}
		commands := s.commands
		if w.done || len(w.unseen) >= maxUnseen {
			commands = nil
		}
		select {
		case <-stop:
			return w.unseen
		case events <- next:
			w.unseen = w.unseen[1:]
		case cmd := <-commands:
			w.put(cmd)
		case <-w.ticker.C:
			w.ping()
		case <-s.pings:
			w.answerPing()
		case <-goodbye:
			goodbye = nil
			w.sayGoodbye()
		}
	}
}

// put sends a packet and notes it for the consumer.
func (w *writer) put(p protocol.Packet) {
	rec, err := w.send(p, time.Now().Add(writeTimeout))
	if err != nil {
		w.fail(err)
		return
	}
	if len(w.unseen) < maxUnseen {
		w.unseen = append(w.unseen, Event{At: rec.At, State: w.State(), Record: rec})
	}
}

func (w *writer) ping() {
	w.lastPing = time.Now()
	w.put(&protocol.PingPacket{})
}

// answerPing answers a client of 1.1 or later, which may measure how long that takes. One of 1.0 is not used to it,
// and hears from us every protocol.PingInterval like everybody.
func (w *writer) answerPing() {
	if w.done || w.version == protocol.Original || time.Since(w.lastPing) < answerGap {
		return
	}
	w.ping()
	w.ticker.Reset(protocol.PingInterval)
}

// sayGoodbye sends the Shutdown, after which nothing more may be sent, and gives the peer its time to close.
func (w *writer) sayGoodbye() {
	if !w.done {
		w.put(w.farewell())
	}
	if w.done { // the peer is gone, but may have left packets behind
		w.giveUp(time.Now().Add(protocol.ShutdownTimeout), "the connection broke")
		return
	}
	w.unseen = append(w.unseen, w.become(protocol.StateClosing, "the viewer shuts it down"))
	w.giveUp(time.Now().Add(protocol.ShutdownTimeout),
		"the program did not close within "+protocol.ShutdownTimeout.String()+" of being told to")
	w.stopSending()
}

// farewell is the last packet. Programs of 1.0 know one alone.
func (w *writer) farewell() protocol.Packet {
	if w.back && w.version != protocol.Original {
		return &protocol.RestartPacket{}
	}
	return &protocol.ShutdownPacket{}
}

// fail ends the writing. A peer that has gone may have left packets behind, which are read to their end however
// long that takes a busy consumer; one that doesn't read won't get the rest of a frame that was cut.
func (w *writer) fail(err error) {
	w.log.Info("can't send", "error", err.Error())
	w.stopSending()
	if errors.Is(err, os.ErrDeadlineExceeded) {
		w.giveUp(time.Now(), "the program doesn't read what it is sent")
	}
}

func (w *writer) stopSending() {
	w.done = true
	w.ticker.Stop()
}

// send writes one packet before deadline. Only one goroutine at a time may call it: run until the session is
// established, write from then on.
func (s *Session) send(p protocol.Packet, deadline time.Time) (*protocol.Record, error) {
	frame, err := protocol.AppendFrame(nil, p)
	if err != nil {
		return nil, err
	}
	rec := &protocol.Record{At: time.Now(), Dir: protocol.Out, Packet: p, Raw: frame}
	if err := s.conn.SetWriteDeadline(deadline); err != nil {
		return nil, err
	}
	if _, err := s.conn.Write(frame); err != nil {
		return nil, err
	}
	return rec, nil
}
