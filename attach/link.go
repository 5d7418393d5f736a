package attach

import (
	"bufio"
	"compress/flate"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"sync"
	"sync/atomic"
)

// How long a frame may be, in bytes: what viewers send is small, what they get is a page, or a picture.
const (
	mostAsked    = 64 << 10
	mostAnswered = 4 << 20
)

// The kinds of frames.
const (
	kindAsk    byte = iota // a question: its number, and its bytes
	kindWatch              // a watchList: what the screen shows; another one takes its place
	kindAnswer             // to a question: its number, and the bytes of the answer
	kindRefuse             // to a question that makes no sense: its number, and why
	kindNews               // to a watchList: news
)

// frame is one message.
type frame struct {
	kind   byte
	number uint64
	body   []byte
}

// link sends and receives frames over one connection. Any number of goroutines may send, one receives.
type link struct {
	conn    io.ReadWriteCloser
	in      *bufio.Reader
	most    int // bytes of a frame that comes in
	got     atomic.Int64
	sending sync.Mutex
	out     *flate.Writer
	sent    atomic.Int64

	mu     sync.Mutex
	outbox []frame
	more   chan struct{} // says that there is something in it
	closed chan struct{}
	once   sync.Once
}

func newLink(conn io.ReadWriteCloser, most int) *link {
	l := &link{conn: conn, most: most, more: make(chan struct{}, 1), closed: make(chan struct{})}
	l.in = bufio.NewReader(flate.NewReader(counting{conn, &l.got}))
	l.out, _ = flate.NewWriter(writing{conn, &l.sent}, flate.DefaultCompression) // the level is one that there is
	return l
}

// counting counts what is read.
type counting struct {
	r io.Reader
	n *atomic.Int64
}

func (c counting) Read(p []byte) (int, error) {
	n, err := c.r.Read(p)
	c.n.Add(int64(n))
	return n, err
}

// writing counts what is written.
type writing struct {
	w io.Writer
	n *atomic.Int64
}

func (c writing) Write(p []byte) (int, error) {
	n, err := c.w.Write(p)
	c.n.Add(int64(n))
	return n, err
}

// send sends frames together.
func (l *link) send(frames ...frame) error {
	l.sending.Lock()
	defer l.sending.Unlock()
	for _, f := range frames {
		head := binary.AppendUvarint(nil, f.number)
		size := binary.AppendUvarint(nil, uint64(1+len(head)+len(f.body)))
		for _, part := range [][]byte{size, {f.kind}, head, f.body} {
			if _, err := l.out.Write(part); err != nil {
				return fmt.Errorf("send: %w", err)
			}
		}
	}
	if err := l.out.Flush(); err != nil {
		return fmt.Errorf("send: %w", err)
	}
	return nil
}

// receive waits for a frame. The error is io.EOF when the other end has hung up between two.
func (l *link) receive() (f frame, err error) {
	size, err := binary.ReadUvarint(l.in)
	if err != nil {
		return f, hungUp(err)
	}
	if size < 2 || size > uint64(l.most) {
		return f, fmt.Errorf("a frame of %d bytes has come, and %d are allowed", size, l.most)
	}
	b, err := readAll(l.in, int(size))
	if err != nil {
		return f, hungUp(err)
	}
	number, n := binary.Uvarint(b[1:])
	if n <= 0 {
		return f, errors.New("a frame without a number has come")
	}
	return frame{b[0], number, b[1+n:]}, nil
}

// readAll reads so many bytes. Room is made as they come, not as a length says that they will.
func readAll(r io.Reader, size int) ([]byte, error) {
	const step = 64 << 10
	b := make([]byte, 0, min(size, step))
	for len(b) < size {
		n := min(size-len(b), step)
		b = append(b, make([]byte, n)...)
		if _, err := io.ReadFull(r, b[len(b)-n:]); err != nil {
			return nil, err
		}
	}
	return b, nil
}

// hungUp makes one error of the ways in which a stream ends.
func hungUp(err error) error {
	if errors.Is(err, io.ErrUnexpectedEOF) || errors.Is(err, io.ErrClosedPipe) {
		return io.EOF
	}
	return err
}

// post has a frame sent by whoever delivers, in order.
func (l *link) post(f frame) {
	l.mu.Lock()
	l.outbox = append(l.outbox, f)
	l.mu.Unlock()
	select {
	case l.more <- struct{}{}:
	default:
	}
}

// deliver sends what is posted, until the link is closed.
func (l *link) deliver() {
	for {
		select {
		case <-l.closed:
			return
		case <-l.more:
		}
		l.mu.Lock()
		frames := l.outbox
		l.outbox = nil
		l.mu.Unlock()
		if err := l.send(frames...); err != nil {
			l.close()
			return
		}
	}
}

// close closes the connection: whoever sends or receives gets an error.
func (l *link) close() {
	l.once.Do(func() { close(l.closed) })
	_ = l.conn.Close()
}
