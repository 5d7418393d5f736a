package remote

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"net"
	"slices"
	"time"

	"github.com/charmbracelet/ssh"
	gossh "golang.org/x/crypto/ssh"

	"goapptrace/internal/gate"
	"goapptrace/ui/safe"
)

// Why viewers are sent away: the cause of the end of their context, and the last line on their terminal.
var (
	errShutdown = errors.New("the server is shutting down")
	errRevoked  = errors.New("the authorized_keys file says something else of this key now: come again")
	errIdle     = errors.New("no key was pressed for a long time: come again")
	errCrowded  = errors.New("as many viewers as are allowed are here: try again later")
)

type (
	peerKey  struct{} // of the peer in the context of a connection
	grantKey struct{} // of the grant in the permissions of a connection
)

// attend has the context of a connection know its peer.
func attend(ctx ssh.Context, c net.Conn) net.Conn {
	ctx.SetValue(peerKey{}, c.(*conn).peer)
	return c
}

func peerOf(ctx context.Context) *peer { return ctx.Value(peerKey{}).(*peer) }

// harden is the option that leaves public keys alone as a way in, and sessions as what can be opened.
func (s *Server) harden(srv *ssh.Server) error {
	srv.ServerConfigCallback = func(ctx ssh.Context) *gossh.ServerConfig {
		p := peerOf(ctx)
		return &gossh.ServerConfig{
			MaxAuthTries:              s.limits.AuthTries,
			VerifiedPublicKeyCallback: p.prove,
			AuthLogCallback:           p.logAuth,
		}
	}
	srv.ChannelHandlers = map[string]ssh.ChannelHandler{"session": serveSession} // no forwarding
	srv.RequestHandlers = map[string]ssh.RequestHandler{}                        // in either direction
	srv.SubsystemHandlers = map[string]ssh.SubsystemHandler{}
	if s.config.Attach != nil {
		srv.SubsystemHandlers[subsystem] = s.attach
	}
	return nil
}

// offered says whether it is worth proving to have a key. Clients ask that about all keys that they know of, and about those of
// others: nothing follows from the answer.
func offered(ctx ssh.Context, key ssh.PublicKey) bool {
	p := peerOf(ctx)
	_, err := p.server.keys.find(key, p.from, time.Now())
	p.reason = err
	if err == nil {
		p.giveTime()
	}
	return err == nil
}

// giveTime lets a person prove to have the key that was offered. There is no more time for another one.
func (p *peer) giveTime() {
	if !p.timed {
		p.timed = true
		_ = p.conn.Conn.SetDeadline(time.Now().Add(p.server.limits.Proof))
	}
}

// prove takes in a key that the peer has proved to have: it decides, as the file says now, who the peer is. What was said of keys
// that were only offered doesn't count.
func (p *peer) prove(_ gossh.ConnMetadata, key gossh.PublicKey, _ *gossh.Permissions, _ string) (*gossh.Permissions, error) {
	g, err := p.server.keys.find(key, p.from, time.Now())
	if err != nil {
		return nil, err
	}
	switch err := p.place.Admit(); {
	case errors.Is(err, gate.ErrFull):
		p.settle(g, true) // and has the rest of the handshake's time to hear of it
	case err != nil:
		return nil, err
	default:
		p.settle(g, false)
		_ = p.conn.Conn.SetDeadline(time.Time{})
	}
	return &gossh.Permissions{ExtraData: map[any]any{grantKey{}: g}}, nil
}

// logAuth logs attempts to get in, but for those that only ask what ways there are.
func (p *peer) logAuth(meta gossh.ConnMetadata, method string, err error) {
	if method == "none" {
		return
	}
	log := p.server.log.With("remote", p.conn.RemoteAddr().String(), "user", told(meta.User()), "method", told(method))
	if err == nil {
		log.Info("key proved", "key", p.grant.fingerprint, "name", safe.String(p.grant.name), "role", p.grant.role.String())
		return
	}
	if p.reason != nil {
		err = fmt.Errorf("%w: %w", err, p.reason)
		p.reason = nil
	}
	log.Info("not let in", "reason", told(err.Error()))
}

// told is what the log has of what a stranger says, which may be as long as a packet.
func told(text string) string {
	const most = 200
	return safe.Clip(safe.String(text[:min(len(text), most)]), most)
}

// reviewInterval is how soon a key that was taken out of the file loses its viewers.
const reviewInterval = 2 * time.Second

// review sends those away whose keys the file doesn't grant any more what they have, until the server ends. A file that can't be
// read may just be being written: only at the second look it counts.
func (s *Server) review() {
	ticker := time.NewTicker(reviewInterval)
	defer ticker.Stop()
	failed := false
	for {
		select {
		case <-s.stopped:
			return
		case now := <-ticker.C:
			if s.nobody() {
				continue
			}
			_, err := s.keys.current()
			if err == nil || failed {
				s.reviewAll(now)
			}
			failed = err != nil
		}
	}
}

func (s *Server) nobody() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return len(s.peers) == 0
}

func (s *Server) reviewAll(now time.Time) {
	s.mu.Lock()
	peers := slices.Collect(maps.Keys(s.peers))
	s.mu.Unlock()
	for _, p := range peers {
		had, proved := p.proved()
		if !proved {
			continue
		}
		if has, err := s.keys.find(had.key, p.from, now); err != nil || has.role != had.role {
			p.end(errRevoked)
		}
	}
}
