package session

import (
	"crypto/tls"
	"errors"
	"io"
	"os"
	"strings"
	"time"

	"goapptrace/protocol"
)

// StepTLS is the step of a handshake in which the connection becomes a secret one, and the program may have to prove itself.
const StepTLS = "TLS"

// secure speaks TLS, where the address wants it, from here on. It returns nil when that went well.
func (s *Session) secure() *refusal {
	if s.entrance.tls == nil {
		return nil
	}
	conn := tls.Server(s.conn, s.entrance.tls)
	s.armRead(s.deadline())
	_ = s.arrival.conn.SetWriteDeadline(s.deadline())
	err := conn.Handshake()
	_ = s.arrival.conn.SetWriteDeadline(time.Time{})
	step := protocol.Step{Name: StepTLS, After: time.Since(s.arrival.accepted)}
	if err == nil {
		s.conn = conn
		step.Detail = protocol.Text(tls.VersionName(conn.ConnectionState().Version) + clientOf(conn.ConnectionState()))
		s.emit(Event{Step: &step})
		return nil
	}
	if no := s.interrupted(); no != nil {
		return no
	}
	cause := causeOfTLS(err)
	if cause == CauseTimeout {
		err = errors.New("it wasn't done within " + s.server.limits.Handshake.String())
	}
	step.Outcome, step.Detail, step.Fix = protocol.OutcomeFailed, protocol.Text(err.Error()), adviceOnTLS(err)
	s.emit(Event{Step: &step})
	return &refusal{cause, protocol.Text(step.Name) + ": " + step.Detail}
}

// clientOf names the certificate that a program has shown, if any.
func clientOf(state tls.ConnectionState) string {
	if len(state.PeerCertificates) == 0 {
		return ""
	}
	return ", certificate of " + state.PeerCertificates[0].Subject.String()
}

func causeOfTLS(err error) Cause {
	switch {
	case errors.Is(err, os.ErrDeadlineExceeded):
		return CauseTimeout
	case errors.Is(err, io.EOF):
		return CauseBroken
	}
	return CauseTLS
}

// adviceOnTLS says what to do about a handshake that has failed.
func adviceOnTLS(err error) string {
	var plain tls.RecordHeaderError
	var alert tls.AlertError
	var unknown *tls.CertificateVerificationError
	switch {
	case errors.As(err, &plain):
		return "the program doesn't speak TLS: give it the whole address in GOAPPTRACE_SERVER, with tls:// in front"
	case errors.As(err, &unknown):
		return "have the program's certificate (GOAPPTRACE_CERT) signed by an authority in the file of --tls-client-ca"
	case strings.Contains(err.Error(), "client didn't provide a certificate"):
		return "give the program a certificate and its key: GOAPPTRACE_CERT and GOAPPTRACE_KEY"
	case errors.As(err, &alert), strings.Contains(err.Error(), "remote error"):
		return "the program doesn't trust the server: give it the authority's certificate in GOAPPTRACE_CA, and see that --tls-cert has the name in GOAPPTRACE_SERVER"
	}
	return "connect again; if it stays so, look at what the program logs"
}
