package agent

import (
	"errors"
	"io"
	"net"
	"os"
	"syscall"
	"time"
	"unsafe"
)

// firstDescriptor is the lowest number that the agent's socket may have. A program's own descriptors then keep the
// numbers that they would have without an agent, and one that closes its standard output doesn't print into the socket.
const firstDescriptor = 500

// socket is a connection whose descriptor is looked after. A program may close descriptors that it doesn't know, and
// open files that get their numbers: what belongs to the program must neither be written to nor closed. And a
// write to a viewer that is gone must not raise SIGPIPE, for the program may have asked for that signal.
type socket struct {
	file *os.File
	raw  syscall.RawConn
	self syscall.Stat_t
}

// errTaken says that the descriptor has become another file's.
var errTaken = errors.New("the program closed the agent's connection")

// taken keeps files alive whose descriptor isn't ours any more, since the garbage collector would close it.
var taken []*os.File

// guard moves a connection into a socket, or leaves it where it is if that can't be done.
func guard(conn net.Conn) transport {
	fd, err := duplicate(conn)
	if err != nil {
		return conn
	}
	s := &socket{file: os.NewFile(fd, "goapptrace")}
	if s.raw, err = s.file.SyscallConn(); err == nil {
		err = syscall.Fstat(int(fd), &s.self)
	}
	if err == nil {
		err = s.file.SetDeadline(time.Time{}) // fails unless the runtime polls the descriptor
	}
	if err != nil {
		_ = s.file.Close()
		return conn
	}
	_ = conn.Close()
	return s
}

// duplicate returns a second descriptor of the connection.
func duplicate(conn net.Conn) (fd uintptr, err error) {
	c, ok := conn.(syscall.Conn)
	if !ok {
		return 0, errors.ErrUnsupported
	}
	raw, err := c.SyscallConn()
	if err != nil {
		return 0, err
	}
	var errno syscall.Errno
	err = raw.Control(func(old uintptr) {
		fd, _, errno = syscall.Syscall(syscall.SYS_FCNTL, old, syscall.F_DUPFD_CLOEXEC, firstDescriptor)
	})
	if err == nil && errno != 0 {
		err = errno
	}
	return fd, err
}

func (s *socket) owns(fd uintptr) bool {
	var st syscall.Stat_t
	return syscall.Fstat(int(fd), &st) == nil && st.Dev == s.self.Dev && st.Ino == s.self.Ino
}

// attempt is the body of a RawConn's Read or Write: it calls op until that needs to wait, and keeps its error.
func (s *socket) attempt(err *error, op func(fd int) error) func(uintptr) bool {
	return func(fd uintptr) bool {
		if !s.owns(fd) {
			*err = errTaken
			return true
		}
		*err = op(int(fd))
		for errors.Is(*err, syscall.EINTR) {
			*err = op(int(fd))
		}
		return !errors.Is(*err, syscall.EAGAIN)
	}
}

func (s *socket) Read(p []byte) (n int, err error) {
	waitErr := s.raw.Read(s.attempt(&err, func(fd int) error {
		got, err := syscall.Read(fd, p)
		n = max(got, 0)
		return err
	}))
	if waitErr != nil {
		return n, waitErr
	}
	if n == 0 && err == nil && len(p) > 0 {
		err = io.EOF
	}
	return n, err
}

func (s *socket) Write(p []byte) (n int, err error) {
	waitErr := s.raw.Write(s.attempt(&err, func(fd int) error {
		for n < len(p) {
			sent, err := syscall.SendmsgN(fd, p[n:], nil, nil, syscall.MSG_NOSIGNAL)
			if err != nil {
				return err
			}
			n += sent
		}
		return nil
	}))
	if waitErr != nil {
		return n, waitErr
	}
	return n, err
}

func (s *socket) CloseWrite() (err error) {
	ctlErr := s.raw.Control(func(fd uintptr) {
		if err = errTaken; s.owns(fd) {
			err = syscall.Shutdown(int(fd), syscall.SHUT_WR)
		}
	})
	return errors.Join(ctlErr, err)
}

func (s *socket) Close() error {
	owned := true
	_ = s.raw.Control(func(fd uintptr) { owned = s.owns(fd) })
	if owned {
		return s.file.Close()
	}
	taken = append(taken, s.file)
	return s.file.SetDeadline(time.Unix(1, 0)) // ends whatever waits
}

// Queued is how many bytes the other end hasn't got yet: in its buffer, of a Unix socket, or not acknowledged, of TCP.
func (s *socket) Queued() (bytes int) {
	_ = s.raw.Control(func(fd uintptr) {
		if s.owns(fd) {
			var n int32
			if _, _, errno := syscall.Syscall(syscall.SYS_IOCTL, fd, syscall.TIOCOUTQ, uintptr(unsafe.Pointer(&n))); errno == 0 {
				bytes = int(n)
			}
		}
	})
	return bytes
}

func (s *socket) SetReadDeadline(t time.Time) error  { return s.file.SetReadDeadline(t) }
func (s *socket) SetWriteDeadline(t time.Time) error { return s.file.SetWriteDeadline(t) }
