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
	"goapptrace/watch"
)

// Source is what viewers see. Store and Identity are needed.
type Source struct {
	Store *model.Store
	Watch *watch.Watch // what watchers have found in it, nil when nobody watches
	// Identity tells the store from others, also from what is at the same address after a restart; see [NewIdentity].
	Identity  string
	Version   string       // of goapptrace
	Commander ui.Commander // does what the viewer wants done, or refuses; nil when nobody can
	ReadOnly  string       // see [ui.Config], as are the next
	Company   ui.Company   // nil when nobody else can look
	Self      uint64       // which of them this viewer is
	Addresses []string     // what is listened on
	Notices   []string     // what the user should know
	Hint      string       // see [ui.Config]

	Now func() time.Time // the clock, [time.Now] when nil
}

// welcome is the first frame of the serving end.
type welcome struct {
	Identity           string
	ReadOnly           string
	Addresses, Notices []string
	Hint               string
	Commands           bool // there is a Commander
	Company            bool // and a Company
	Watch              bool // and a Watch
	Self               uint64
}

// mostAtOnce is how many questions of a viewer are worked at.
const mostAtOnce = 8

// Serve answers the questions of one viewer until he hangs up, ctx ends or something comes that makes no sense: that alone
// is an error. It closes conn. A viewer who doesn't greet within 5 s, or takes nothing for 10 s, is given up: an error, too.
// Where closing conn needs the viewer's consent, it is to be a [Dropper].
func Serve(ctx context.Context, source Source, conn io.ReadWriteCloser) error {
	viewer := &impatient{ReadWriteCloser: conn}
	return viewer.cause(serveViewer(ctx, source, viewer))
}

func serveViewer(whole context.Context, source Source, conn *impatient) error {
	ctx, cancel := context.WithCancel(whole)
	stop := context.AfterFunc(ctx, func() { _ = conn.Close() })
	defer stop()
	defer conn.Close()
	defer cancel()
	late := conn.within(greetingTime, errMute)
	err := greet(conn, source.Version)
	late.Stop()
	if err != nil {
		return unlessOver(whole, err)
	}
	s := &service{desk: newDesk(source), link: newLink(conn, mostAsked), watched: make(chan watched, 1), room: make(chan struct{}, mostAtOnce)}
	if err := s.link.send(frame{kind: kindNews, body: wire.Append(nil, s.welcome())}); err != nil {
		return unlessOver(whole, err)
	}
	s.work.Go(func() { s.tell(ctx) })
	err = s.listen(ctx)
	cancel()
	_ = conn.Close() // whoever sends stops waiting
	s.work.Wait()
	return unlessOver(whole, err)
}

// unlessOver is the error, unless it only says that one end has hung up: this one does when ctx ends.
func unlessOver(ctx context.Context, err error) error {
	if errors.Is(err, io.EOF) {
		return nil
	}
	select {
	case <-ctx.Done():
		return nil
	default:
		return err
	}
}

// service serves one viewer.
type service struct {
	desk    *desk
	link    *link
	watched chan watched // the latest
	room    chan struct{}
	work    sync.WaitGroup

	// Of the telling goroutine:
	rows    map[uint64]string // what the viewer was told of each session,
	company string            // and of the others
}

// watched is a watchList with its number.
type watched struct {
	number uint64
	watchList
}

func (s *service) welcome() welcome {
	d := s.desk
	return welcome{
		Identity: d.Identity, ReadOnly: d.ReadOnly, Addresses: d.Addresses, Notices: d.Notices, Hint: d.Hint, Commands: d.Commander != nil,
		Company: d.Company != nil, Watch: d.Watch != nil, Self: d.Self,
	}
}

// listen takes in what the viewer asks.
func (s *service) listen(ctx context.Context) error {
	for {
		f, err := s.link.receive()
		if err != nil {
			return err
		}
		switch f.kind {
		case kindAsk:
			select {
			case s.room <- struct{}{}:
			case <-ctx.Done():
				return ctx.Err()
			}
			s.work.Go(func() {
				defer func() { <-s.room }()
				s.reply(f)
			})
		case kindWatch:
			w := watched{number: f.number}
			if err := s.desk.decoder.Decode(f.body, &w.watchList); err != nil {
				return err
			}
			if len(w.Questions) > mostWatched {
				return fmt.Errorf("%d questions are watched, and %d may be", len(w.Questions), mostWatched)
			}
			select {
			case <-s.watched:
			default:
			}
			s.watched <- w
		default:
			return fmt.Errorf("a viewer has sent a frame of kind %d", f.kind)
		}
	}
}

// reply answers one question. That the connection is gone the listener hears, too.
func (s *service) reply(f frame) {
	answer, err := s.desk.answer(f.body)
	out := frame{kindAnswer, f.number, answer}
	if err != nil {
		out.kind, out.body = kindRefuse, []byte(err.Error())
	}
	if err := s.link.send(out); err != nil {
		s.link.close()
	}
}
