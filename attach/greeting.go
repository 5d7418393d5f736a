package attach

import (
	"encoding/binary"
	"errors"
	"fmt"
	"io"

	"goapptrace/ui/safe"
)

// greeting is what each end begins with, as plain bytes: a word, the shape of what it will say, and which version of goapptrace
// it is, for an error.
type greeting struct {
	shape   uint64
	version string
}

const (
	greetingWord   = "goapptrace view\n"
	longestVersion = 64
)

func (g greeting) send(w io.Writer) error {
	version := g.version[:min(len(g.version), longestVersion)]
	b := binary.LittleEndian.AppendUint64([]byte(greetingWord), g.shape)
	b = append(append(b, byte(len(version))), version...)
	if _, err := w.Write(b); err != nil {
		return fmt.Errorf("greet: %w", err)
	}
	return nil
}

// receiveGreeting reads no byte more than the greeting.
func receiveGreeting(r io.Reader) (g greeting, err error) {
	head := make([]byte, len(greetingWord)+9)
	if n, err := io.ReadFull(r, head); err != nil {
		if n > 0 {
			return g, fmt.Errorf("no viewer of goapptrace answers there: it says %q", safe.String(string(head[:n])))
		}
		return g, hungUp(err)
	}
	if string(head[:len(greetingWord)]) != greetingWord {
		return g, fmt.Errorf("no viewer of goapptrace answers there: it says %q", safe.String(string(head)))
	}
	g.shape = binary.LittleEndian.Uint64(head[len(greetingWord):])
	length := int(head[len(head)-1])
	if length > longestVersion {
		return g, errors.New("the other end tells a version that is too long")
	}
	version := make([]byte, length)
	if _, err := io.ReadFull(r, version); err != nil {
		return g, hungUp(err)
	}
	g.version = string(version)
	return g, nil
}

// versionError says that the ends don't understand each other.
type versionError struct{ here, there greeting }

func (e *versionError) Error() string {
	return fmt.Sprintf("the other end is goapptrace %q, which speaks %016x, and this one is %q, which speaks %016x: use the same version at both ends",
		safe.String(e.there.version), e.there.shape, e.here.version, e.here.shape)
}

// greet exchanges greetings. Both ends send first.
func greet(conn io.ReadWriter, version string) error {
	sent := make(chan error, 1)
	own := greeting{ownShape(), version}
	go func() { sent <- own.send(conn) }()
	other, err := receiveGreeting(conn)
	failed := <-sent
	if err == nil && other.shape != own.shape {
		return &versionError{here: own, there: other} // it may have hung up for that
	}
	return errors.Join(err, failed)
}
