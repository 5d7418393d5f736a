package remote

import (
	"context"
	"errors"
	"fmt"
	"strings"

	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/ssh"
	gossh "golang.org/x/crypto/ssh"
)

// visit is one session of a connection: a screen, a command, or an attached viewer.
type visit struct {
	peer   *peer
	viewer Viewer
	ctx    context.Context // ends with the session, or with why it has to end
	cancel context.CancelCauseFunc
	sizes  chan tea.WindowSizeMsg // the latest that wasn't heard of yet
}

type visitKey struct{} // of the visit in the context of a session

// visitContext is the context of a session, which knows what the connection's does and its visit.
type visitContext struct {
	ssh.Context
	visit *visit
}

// Value implements [context.Context].
func (c visitContext) Value(key any) any {
	if key == (visitKey{}) {
		return c.visit
	}
	return c.Context.Value(key)
}

func visitOf(s ssh.Session) *visit { return s.Context().Value(visitKey{}).(*visit) }

// serveSession serves a channel that the peer opened.
func serveSession(srv *ssh.Server, transport *gossh.ServerConn, opened gossh.NewChannel, ctx ssh.Context) {
	p := peerOf(ctx)
	defer p.server.survive()
	g, proved := transport.Permissions.ExtraData[grantKey{}].(grant)
	switch {
	case !proved: // cannot be: nothing else lets in
		_ = opened.Reject(gossh.Prohibited, "no key was proved")
		return
	case !p.open():
		_ = opened.Reject(gossh.ResourceShortage, fmt.Sprintf("%d sessions on one connection are too many", p.server.limits.Sessions))
		return
	}
	defer p.shut()
	p.transport.CompareAndSwap(nil, transport)
	v := &visit{peer: p, sizes: make(chan tea.WindowSizeMsg, 1)}
	v.viewer = Viewer{Name: g.name, Fingerprint: g.fingerprint, Remote: p.conn.RemoteAddr().String(), Role: g.role}
	v.ctx, v.cancel = context.WithCancelCause(p.ctx)
	defer v.cancel(context.Canceled)
	ssh.DefaultSessionHandler(srv, transport, &narrow{NewChannel: opened, visit: v}, visitContext{ctx, v})
}

// host does what a session is for, until that is done, and ends the session with a status.
func (v *visit) host(s ssh.Session, kind string, serve func() (status int)) {
	if !v.peer.enter() {
		return
	}
	defer v.peer.leave()
	if v.peer.isSurplus() {
		fmt.Fprintln(s.Stderr(), "goapptrace:", errCrowded)
		_ = s.Exit(1)
		return
	}
	defer func() { _ = s.Exit(1) }() // does nothing after another one
	defer v.peer.server.survive()
	v.viewer.Kind = kind
	viewer, leave := v.peer.server.room.Enter(v.viewer)
	defer leave()
	v.viewer = viewer
	_ = s.Exit(serve())
}

// farewell is why the viewer was sent away, empty if he left by himself.
func (v *visit) farewell() string {
	why := context.Cause(v.ctx)
	if why == nil || errors.Is(why, context.Canceled) {
		return ""
	}
	return "goapptrace: " + why.Error()
}

// resize notes the size that the terminal has now.
func (v *visit) resize(size tea.WindowSizeMsg) {
	select {
	case <-v.sizes: // nobody has heard of it yet
	default:
	}
	v.sizes <- size // by one goroutine
}

// clamp is a size that a screen may have.
func (l *Limits) clamp(width, height int) tea.WindowSizeMsg {
	return tea.WindowSizeMsg{Width: min(max(width, 0), l.Width), Height: min(max(height, 0), l.Height)}
}

// variables are those of the environment that are taken from a viewer.
var variables = []string{"COLORTERM", "LANG", "NO_COLOR"}

// environment is what the screen hears of the viewer's terminal.
func environment(given []string, term string) []string {
	return append(given, "TERM="+term)
}

// plainLanguage says whether an environment says that the terminal knows no Unicode.
func plainLanguage(env []string) bool {
	for _, e := range env {
		if lang, ok := strings.CutPrefix(e, "LANG="); ok && lang != "" {
			lang = strings.ToLower(lang)
			return !strings.Contains(lang, "utf-8") && !strings.Contains(lang, "utf8")
		}
	}
	return false
}
