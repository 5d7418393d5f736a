package remote

import (
	"fmt"
	"slices"

	gossh "golang.org/x/crypto/ssh"
)

// subsystem is the name of what attached viewers talk to.
const subsystem = "goapptrace"

// narrow is a channel on which only those requests come through that there is something for.
type narrow struct {
	gossh.NewChannel
	visit *visit

	variables int // that were taken
}

// Accept implements [gossh.NewChannel].
func (n *narrow) Accept() (gossh.Channel, <-chan *gossh.Request, error) {
	channel, requests, err := n.NewChannel.Accept()
	if err != nil {
		return nil, nil, err
	}
	passed := make(chan *gossh.Request)
	p := n.visit.peer
	if !p.enter() {
		go gossh.DiscardRequests(requests)
		close(passed)
		return channel, passed, nil
	}
	go func() {
		defer p.leave()
		defer n.visit.cancel(nil) // the session is over when there can't be requests any more
		defer close(passed)
		for r := range requests {
			switch {
			case r.Type == "exec" && len(r.Payload) > p.server.limits.Words:
				refuseWords(channel, r, p.server.limits.Words)
			case n.passes(r):
				passed <- r
			}
		}
	}()
	return channel, passed, nil
}

// refuseWords ends a session whose command is too long, and says why: ssh has no words for a request that is merely refused.
func refuseWords(channel gossh.Channel, r *gossh.Request, most int) {
	_ = r.Reply(true, nil)
	fmt.Fprintf(channel.Stderr(), "goapptrace: the command is longer than %d bytes, the limit ssh-words\n", most)
	_, _ = channel.SendRequest("exit-status", false, gossh.Marshal(struct{ Status uint32 }{1}))
	_ = channel.Close()
}

// passes says whether a request is to be served, and answers it if it isn't.
func (n *narrow) passes(r *gossh.Request) bool {
	words := n.visit.peer.server.limits.Words
	ok := false
	switch r.Type {
	case "shell", "exec", "pty-req":
		ok = len(r.Payload) <= words
	case "env":
		ok = n.takes(r.Payload, words)
	case "subsystem":
		var name struct{ Name string }
		ok = gossh.Unmarshal(r.Payload, &name) == nil && name.Name == subsystem && n.visit.peer.server.config.Attach != nil
	case "window-change":
		var size struct{ Width, Height, X, Y uint32 }
		if err := gossh.Unmarshal(r.Payload, &size); err == nil {
			n.visit.resize(n.visit.peer.server.limits.clamp(int(size.Width), int(size.Height)))
		}
	}
	if !ok && r.WantReply {
		_ = r.Reply(false, nil)
	}
	return ok
}

// takes says whether a variable of the environment is taken.
func (n *narrow) takes(payload []byte, most int) bool {
	var env struct{ Name, Value string }
	if len(payload) > most || gossh.Unmarshal(payload, &env) != nil || !slices.Contains(variables, env.Name) {
		return false
	}
	n.variables++
	return n.variables <= 2*len(variables)
}
