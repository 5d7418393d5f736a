package agent

import (
	"runtime"
	"strings"

	"goapptrace/protocol"
	"goapptrace/tracee/hook"
)

const (
	// toldOrigins is how many goroutines are remembered as told, so that few are told twice.
	toldOrigins = 1 << 14

	// maxSites bounds the places where goroutines are started. A program has as many as it has go statements.
	maxSites = 1 << 13

	// maxOrigins and maxSiteBytes bound a GoroutinesPacket.
	maxOrigins   = 1 << 12
	maxSiteBytes = 64 << 10
)

// originStream tells one viewer where goroutines come from.
type originStream struct {
	from  *recorded
	told  []uint64 // by ID modulo length: a goroutine that the viewer knows of
	sites map[goSite]uint64

	packet protocol.GoroutinesPacket
	bytes  int // texts in packet
}

// goSite is where goroutines are started, and where they begin to run.
type goSite struct{ goPC, start uintptr }

func newOriginStream(from *recorded) originStream {
	return originStream{from: from, told: make([]uint64, toldOrigins), sites: make(map[goSite]uint64)}
}

// sendTo sends what the viewer doesn't know.
func (s *originStream) sendTo(send func(protocol.Packet) error) (err error) {
	hook.ReadOrigins(func(o hook.Origin) {
		told := &s.told[o.G%toldOrigins]
		s.learn(o)
		if *told == o.G || err != nil {
			return
		}
		*told = o.G
		s.add(o)
		if len(s.packet.IDs) >= maxOrigins || s.bytes >= maxSiteBytes {
			err = s.flush(send)
		}
	})
	if err != nil || len(s.packet.IDs) == 0 {
		return err
	}
	return s.flush(send)
}

func (s *originStream) flush(send func(protocol.Packet) error) error {
	p := s.packet
	s.packet, s.bytes = protocol.GoroutinesPacket{}, 0
	return send(&p)
}

// learn notes the function that goroutines run which begin where o began.
func (s *originStream) learn(o hook.Origin) {
	if o.Entry == 0 || len(s.from.entries) >= maxSites {
		return
	}
	if s.from.entries == nil {
		s.from.entries = make(map[uintptr]uintptr)
	}
	s.from.entries[o.Start] = o.Entry
}

func (s *originStream) add(o hook.Origin) {
	p := &s.packet
	p.IDs = append(p.IDs, o.G)
	p.Parents = append(p.Parents, o.Parent)
	p.Sites = append(p.Sites, s.site(goSite{o.GoPC, o.Start}))
}

// site returns the number of a site, and has it described if it is new.
func (s *originStream) site(at goSite) uint64 {
	id, ok := s.sites[at]
	if ok || len(s.sites) >= maxSites {
		return id
	}
	id = uint64(len(s.sites) + 1)
	s.sites[at] = id
	entry := s.entry(at.start)
	creator := frameOf(at.goPC)
	if entry == "runtime.main" {
		creator = runtime.Frame{} // assembly that says nothing to anybody
	}
	p := &s.packet
	p.SiteIDs = append(p.SiteIDs, id)
	p.Entries = append(p.Entries, protocol.Text(entry))
	p.Creators = append(p.Creators, protocol.Text(creator.Function))
	p.Files = append(p.Files, protocol.Text(creator.File))
	p.Lines = append(p.Lines, uint64(creator.Line))
	s.bytes += len(entry) + len(creator.Function) + len(creator.File)
	return id
}

// entry is the name of the function that goroutines run which begin at start, empty when unknown. They may begin in a function
// that the compiler made to pass arguments, and whose name, run.gowrap1, is that of who started them.
func (s *originStream) entry(start uintptr) string {
	if pc, ok := s.from.entries[start]; ok {
		return frameOf(pc).Function
	}
	name := frameOf(start + 1).Function
	if strings.Contains(name, ".gowrap") {
		return ""
	}
	return name
}

func frameOf(pc uintptr) runtime.Frame {
	if pc == 0 {
		return runtime.Frame{}
	}
	frame, _ := runtime.CallersFrames([]uintptr{pc}).Next()
	return frame
}
