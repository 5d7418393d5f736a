package remote

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"strings"

	"github.com/charmbracelet/ssh"
)

// runCommand runs the command that the viewer gave.
func (s *Server) runCommand(next ssh.Handler) ssh.Handler {
	return func(session ssh.Session) {
		v := visitOf(session)
		words, err := splitWords(session.RawCommand())
		if err != nil {
			v.host(session, KindCommand, func() int { return complain(session, err) })
			return
		}
		if len(words) > 0 && words[0] == "goapptrace" {
			words = words[1:]
		}
		if len(words) == 0 || s.config.Command == nil {
			next(session)
			return
		}
		v.host(session, KindCommand, func() int { return v.command(session, words) })
	}
}

// refuse says what there is to those who want something else.
func (s *Server) refuse(ssh.Handler) ssh.Handler {
	return func(session ssh.Session) {
		what := "the screen needs a terminal: ssh -t, with a TERM other than dumb"
		if s.config.Command != nil {
			what += "; without one there are commands, such as help"
		}
		v := visitOf(session)
		v.host(session, KindCommand, func() int { return complain(session, errors.New(what)) })
	}
}

// complain writes to the viewer's standard error.
func complain(session ssh.Session, err error) (status int) {
	fmt.Fprintln(session.Stderr(), "goapptrace:", err)
	return 1
}

// command runs a command until it is done, or the viewer has gone or has to.
func (v *visit) command(session ssh.Session, words []string) (status int) {
	stdin := io.Reader(session)
	if _, _, ok := session.Pty(); ok {
		if !v.peer.enter() {
			return 1
		}
		go func() {
			defer v.peer.leave()
			v.heedInterrupts(session)
		}()
		stdin = strings.NewReader("")
	}
	status = v.peer.server.config.Command(v.ctx, v.viewer, words, stdin, session, session.Stderr())
	if line := v.farewell(); line != "" {
		fmt.Fprintln(session.Stderr(), line)
	}
	return status
}

// heedInterrupts reads what is typed at a command, in which ctrl+c is a byte like others, until the session is closed.
func (v *visit) heedInterrupts(typed io.Reader) {
	const ctrlC = 3
	p := make([]byte, 256)
	for {
		n, err := typed.Read(p)
		if bytes.IndexByte(p[:n], ctrlC) >= 0 {
			v.cancel(nil)
		}
		if err != nil {
			return
		}
	}
}

// attach serves a viewer that draws the screen itself.
func (s *Server) attach(session ssh.Session) {
	v := visitOf(session)
	v.host(session, KindAttach, func() int {
		if err := s.config.Attach(v.ctx, v.viewer, attached{session, v.peer}); err != nil {
			s.log.Warn("an attached viewer ended badly", append(v.viewer.attrs(), "error", err.Error())...)
			return 1
		}
		return 0
	})
}

// attached is the session of an attached viewer.
type attached struct {
	ssh.Session
	peer *peer
}

// Drop ends the connection. Closing a session alone takes a peer who hears of it.
func (a attached) Drop(why string) { a.peer.drop(why) }

// splitWords takes a command apart as a shell does: at spaces that aren't within quotes or behind a backslash. Nothing else
// has a meaning.
func splitWords(command string) (words []string, err error) {
	var word strings.Builder
	var quote byte
	begun, escaped := false, false
	for i := range len(command) {
		c := command[i]
		switch {
		case escaped:
			if quote == '"' && c != '"' && c != '\\' {
				word.WriteByte('\\')
			}
			word.WriteByte(c)
			escaped = false
		case c == '\\' && quote != '\'':
			escaped, begun = true, true
		case quote != 0 && c == quote:
			quote = 0
		case quote != 0:
			word.WriteByte(c)
		case c == '\'' || c == '"':
			quote, begun = c, true
		case c == ' ' || c == '\t' || c == '\n':
			if begun {
				words = append(words, word.String())
				word.Reset()
			}
			begun = false
		default:
			word.WriteByte(c)
			begun = true
		}
	}
	switch {
	case quote != 0:
		return nil, fmt.Errorf("the command has a quote %c that isn't closed", quote)
	case escaped:
		return nil, errors.New("the command ends with a backslash")
	case begun:
		words = append(words, word.String())
	}
	return words, nil
}
