package attach

import (
	"context"
	"errors"
	"fmt"
	"io"
	"sync"
	"time"

	"goapptrace/attach/wire"
	"goapptrace/model"
	"goapptrace/ui"
)

// How long what the user does waits for its answer, how soon a connection is tried again, and how much is asked for: bytes a
// second, and how many of them may have been saved up.
const (
	patience    = 2 * time.Second
	firstRetry  = 250 * time.Millisecond
	lastRetry   = 8 * time.Second
	budgetRate  = 16 << 10
	budgetSaved = 48 << 10
	silence     = 45 * time.Second // after which a connection that says nothing is taken for dead
)

// Dial connects to the end that has the store.
type Dial func(ctx context.Context) (io.ReadWriteCloser, error)

// Options of a [Client].
type Options struct {
	Version string           // of goapptrace
	Now     func() time.Time // the clock, that of the other end when nil
}

// Client is a store elsewhere. Its methods may be called from any goroutine, Frame from that of the screen alone.
type Client struct {
	options Options
	dial    Dial
	cancel  context.CancelFunc
	ended   <-chan struct{}
	run     sync.WaitGroup
	decoder wire.Decoder

	mu       sync.Mutex
	welcome  welcome
	link     *link // nil while there is no connection
	trouble  string
	offset   time.Duration // of the other end's clock
	changes  uint64
	beyond   chan struct{} // closed when changes grows
	seen     uint64        // state of the store that is known
	ids      []uint64
	company  company
	found    found
	joining  chan struct{} // closed when the company is another one
	rows     map[uint64]sessionNews
	sessions map[uint64]*farSession
	life     uint64 // counts the stores that there have been
	joined   uint64 // counts the connections
	numbers  uint64 // of frames and steps
	budget   budget
	sifts    tokens[model.CallSift, uint64]
	walks    tokens[model.GoroutineUses, walkToken]

	// Of the screen's frames.
	inFrame bool
	missed  bool      // the frame asks for something that isn't there
	began   time.Time // by the clock of the screen
	framed  time.Time // when the latest began
	answers map[string]*answer
	waiting map[uint64]*answer // by the number of the question's frame
	watch   watching
}

// answer is what is known of a question.
type answer struct {
	question []byte
	there    bool
	bytes    []byte // none when the other end refused
	used     time.Time
	came     time.Time
	number   uint64          // of the frame that asks, 0 when none is on its way
	to       []chan<- result // who waits
	once     bool            // nobody looks it up later
}

// result is what came of a question.
type result struct {
	bytes   []byte
	refused string // why there are none
	late    bool   // nothing has come
}

// Open connects, and keeps connected until Close. It waits for the first connection; its error says why there is none.
func Open(ctx context.Context, dial Dial, options Options) (*Client, error) {
	over, cancel := context.WithCancel(context.WithoutCancel(ctx))
	c := &Client{
		options: options, dial: dial, cancel: cancel, ended: over.Done(), beyond: make(chan struct{}), joining: make(chan struct{}),
		rows: map[uint64]sessionNews{}, sessions: map[uint64]*farSession{}, answers: map[string]*answer{}, waiting: map[uint64]*answer{},
	}
	c.watch.kick = make(chan struct{}, 1)
	c.budget.saved = budgetSaved
	l, err := c.connect(ctx)
	if err != nil {
		cancel()
		return nil, err
	}
	c.run.Go(func() { c.keepUp(over, l) })
	c.run.Go(func() { c.keepWatching(over) })
	return c, nil
}

// Close ends the connection, and waits until all has ended.
func (c *Client) Close() {
	c.cancel()
	c.mu.Lock()
	l := c.link
	c.mu.Unlock()
	if l != nil {
		l.close()
	}
	c.run.Wait()
}

// connect makes a connection, takes in the welcome, and asks for the first news.
func (c *Client) connect(ctx context.Context) (*link, error) {
	conn, err := c.dial(ctx)
	if err != nil {
		return nil, err
	}
	stop := context.AfterFunc(ctx, func() { _ = conn.Close() })
	defer stop()
	l, err := c.begin(conn)
	if err != nil {
		_ = conn.Close()
		if errors.Is(err, io.EOF) {
			err = errors.New("the other end has hung up")
		}
		return nil, err
	}
	return l, nil
}

func (c *Client) begin(conn io.ReadWriteCloser) (*link, error) {
	if err := greet(conn, c.options.Version); err != nil {
		return nil, err
	}
	l := newLink(conn, mostAnswered)
	f, err := l.receive()
	if err != nil {
		return nil, err
	}
	var w welcome
	if err := c.decoder.Decode(f.body, &w); err != nil {
		return nil, err
	}
	asked := time.Now()
	if err := l.send(frame{kindWatch, 0, wire.Append(nil, watchList{Urgent: true})}); err != nil {
		return nil, err
	}
	if f, err = l.receive(); err != nil {
		return nil, err
	}
	var n news
	if err := c.decoder.Decode(f.body, &n); err != nil {
		return nil, err
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.welcome.Identity != w.Identity {
		c.forget()
	}
	c.welcome, c.rows = w, map[uint64]sessionNews{}
	now := time.Now()
	c.offset = n.Now.Sub(now.Add(-now.Sub(asked) / 2))
	c.learn(n)
	c.link, c.trouble = l, ""
	c.joined++
	c.run.Go(func() { l.deliver() })
	c.askAgain()
	c.change()
	return l, nil
}

// forget drops all that is known: the store is another one.
func (c *Client) forget() {
	c.life++
	clear(c.sessions)
	clear(c.answers)
	for number, a := range c.waiting {
		delete(c.waiting, number)
		a.give(result{late: true})
	}
	c.watch.sent = nil
}

// keepUp takes in what comes, and connects anew when a connection breaks.
func (c *Client) keepUp(ctx context.Context, l *link) {
	for ctx.Err() == nil {
		err := c.takeIn(l)
		l.close()
		c.lose(err)
		l = c.reconnect(ctx)
		if l == nil {
			return
		}
	}
}

// reconnect tries until it succeeds; nil says that ctx has ended.
func (c *Client) reconnect(ctx context.Context) *link {
	for wait := firstRetry; ; wait = min(2*wait, lastRetry) {
		select {
		case <-ctx.Done():
			return nil
		case <-time.After(wait):
		}
		l, err := c.connect(ctx)
		if err == nil {
			c.nudge()
			return l
		}
		c.mu.Lock()
		c.trouble = fmt.Sprintf("no connection, trying again: %v", err)
		c.change()
		c.mu.Unlock()
	}
}

// lose notes that there is no connection.
func (c *Client) lose(err error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.link, c.watch.sent = nil, nil
	c.trouble = "no connection, trying again"
	if err != nil && !errors.Is(err, io.EOF) {
		c.trouble = fmt.Sprintf("no connection, trying again: %v", err)
	}
	c.change()
}

// takeIn takes in frames until the connection breaks.
func (c *Client) takeIn(l *link) error {
	dead := time.AfterFunc(silence, func() { l.close() })
	defer dead.Stop()
	before := l.got.Load()
	for {
		f, err := l.receive()
		if err != nil {
			return err
		}
		dead.Reset(silence)
		got := l.got.Load()
		c.mu.Lock()
		c.budget.spend(time.Now(), int(got-before))
		c.mu.Unlock()
		before = got
		switch f.kind {
		case kindAnswer:
			c.answered(f.number, result{bytes: f.body})
		case kindRefuse:
			c.answered(f.number, result{refused: string(f.body)})
		case kindNews:
			var n news
			if err := c.decoder.Decode(f.body, &n); err != nil {
				return err
			}
			c.hear(f.number, n)
		default:
			return fmt.Errorf("a frame of kind %d has come", f.kind)
		}
	}
}

// change has whoever waits look again. It is called under the lock, as are those below that say so.
func (c *Client) change() {
	c.changes++
	close(c.beyond)
	c.beyond = make(chan struct{})
}

// learn takes in what news say of sessions, under the lock. It says whether that is anything.
func (c *Client) learn(n news) (changed bool) {
	c.seen, c.ids = n.Changed, n.IDs
	known := make(map[uint64]sessionNews, len(n.IDs))
	for _, one := range n.Sessions {
		c.rows[one.Row.ID] = one
		changed = true
	}
	for _, id := range n.IDs {
		if one, ok := c.rows[id]; ok {
			known[id] = one
		}
	}
	if n.Company != nil {
		c.company, changed = *n.Company, true
		close(c.joining)
		c.joining = make(chan struct{})
	}
	changed = changed || len(known) != len(c.rows) || n.Found != c.found
	c.found = n.Found
	c.rows = known
	return changed
}

// Sessions implements [ui.Store].
func (c *Client) Sessions(time.Time) (rows []model.SessionRow) {
	c.mu.Lock()
	defer c.mu.Unlock()
	for _, id := range c.ids {
		if one, ok := c.rows[id]; ok {
			rows = append(rows, one.Row)
		}
	}
	return rows
}

// Session implements [ui.Store].
func (c *Client) Session(id uint64) ui.Session {
	c.mu.Lock()
	defer c.mu.Unlock()
	if _, ok := c.rows[id]; !ok {
		return nil
	}
	s := c.sessions[id]
	if s == nil {
		s = &farSession{client: c, id: id, life: c.life}
		s.waits = &farSession{client: c, id: id, life: c.life, patient: true}
		s.waits.waits = s.waits
		c.sessions[id] = s
	}
	return s
}

// Changed implements [ui.Store].
func (c *Client) Changed() uint64 {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.changes
}

// Beyond implements [ui.Store].
func (c *Client) Beyond(seen uint64) <-chan struct{} {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.changes != seen {
		return closed
	}
	return c.beyond
}

// Trouble implements [ui.Store].
func (c *Client) Trouble() string {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.trouble
}

// Now is the time at the other end, about.
func (c *Client) Now() time.Time {
	if c.options.Now != nil {
		return c.options.Now()
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	return time.Now().Add(c.offset)
}

// Traffic is how many bytes have come over the connection that there is, and gone.
func (c *Client) Traffic() (in, out int64) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.link == nil {
		return 0, 0
	}
	return c.link.got.Load(), c.link.sent.Load()
}
