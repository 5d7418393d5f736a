package remote

import (
	"context"
	"net/netip"
	"sync"
	"sync/atomic"
	"time"

	gossh "golang.org/x/crypto/ssh"

	"goapptrace/internal/gate"
)

// linger is how long a connection whose sessions were ended has to hear so.
const linger = time.Second

// peer is the other end of a connection that talks.
type peer struct {
	server *Server
	conn   *conn
	place  *gate.Place
	from   netip.Addr

	ctx    context.Context // ends with the connection, or with why it has to end
	cancel context.CancelCauseFunc

	reason error // why the last key isn't worth proving; of the handshake's goroutine, as is
	timed  bool  // that there was time given to prove one

	mu       sync.Mutex
	grant    grant // of the key that was proved
	isProved bool
	surplus  bool // there were as many viewers as are allowed
	visits   int  // goroutines that work for the connection
	sessions int
	closed   bool
	empty    *sync.Cond // signalled when visits change

	transport atomic.Pointer[gossh.ServerConn] // when there was a first session
	asking    atomic.Bool                      // a request waits for an answer, which shows that the peer is alive
}

func newPeer(s *Server, c *conn, place *gate.Place) *peer {
	p := &peer{server: s, conn: c, place: place, from: address(c)}
	p.ctx, p.cancel = context.WithCancelCause(s.ctx)
	p.empty = sync.NewCond(&p.mu)
	c.peer = p
	return p
}

// settle notes who the peer has proved to be.
func (p *peer) settle(g grant, surplus bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.grant, p.isProved, p.surplus = g, true, surplus
	if !surplus {
		p.visits++
		p.server.goroutines.Go(p.attendAlive)
	}
}

func (p *peer) proved() (grant, bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.grant, p.isProved
}

func (p *peer) hasProved() bool {
	_, ok := p.proved()
	return ok
}

func (p *peer) isSurplus() bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.surplus
}

// enter counts a goroutine that works for the connection, if there may be one more.
func (p *peer) enter() bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.closed {
		return false
	}
	p.visits++
	return true
}

func (p *peer) leave() {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.visits--
	p.empty.Broadcast()
}

// open counts a session, if there may be one more.
func (p *peer) open() bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.closed || p.sessions >= p.server.limits.Sessions {
		return false
	}
	p.sessions++
	p.visits++
	return true
}

// shut counts a session out that both sides have closed. After the last one of a peer who has to go, there is nothing to wait for.
func (p *peer) shut() {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.sessions--
	p.visits--
	p.empty.Broadcast()
	if p.sessions == 0 && p.ctx.Err() != nil {
		p.hangUp()
	}
}

// close ends what works for a connection that is over, and waits for it.
func (p *peer) close() {
	p.cancel(context.Canceled)
	p.mu.Lock()
	defer p.mu.Unlock()
	p.closed = true
	for p.visits > 0 {
		p.empty.Wait()
	}
}

// end sends the peer away and tells why. Who has nothing open that could tell him, or doesn't go, is cut off.
func (p *peer) end(why error) {
	p.cancel(why)
	p.mu.Lock()
	busy := p.isProved && p.sessions > 0
	p.mu.Unlock()
	if !busy {
		p.hangUp()
		return
	}
	time.AfterFunc(linger+partingTime, p.hangUp)
}

// hangUp breaks the connection.
func (p *peer) hangUp() { _ = p.conn.Close() }

// drop breaks the connection of a viewer who isn't there any more.
func (p *peer) drop(why string) {
	g, _ := p.proved()
	p.server.counts.dropped.Add(1)
	p.server.log.Warn("viewer dropped", "remote", p.conn.RemoteAddr().String(), "key", g.fingerprint, "reason", why)
	p.hangUp()
}

// attendAlive drops the peer when its machine answers nothing.
func (p *peer) attendAlive() {
	defer p.leave()
	p.conn.heard.Store(time.Now().UnixNano())
	silence := p.server.limits.Silence
	ticker := time.NewTicker(silence / 3)
	defer ticker.Stop()
	for {
		select {
		case <-p.ctx.Done():
			return
		case now := <-ticker.C:
			if now.Sub(time.Unix(0, p.conn.heard.Load())) > silence {
				p.drop("the machine doesn't answer")
				return
			}
			p.ask()
		}
	}
}

// ask has the peer's machine answer, if it isn't asked already.
func (p *peer) ask() {
	transport := p.transport.Load()
	if transport == nil || p.asking.Swap(true) || !p.enter() {
		return
	}
	p.server.goroutines.Go(func() {
		defer p.leave()
		_, _, _ = transport.SendRequest("keepalive@openssh.com", true, nil)
		p.asking.Store(false)
	})
}
