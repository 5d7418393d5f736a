package protocol

import (
	"slices"
	"sort"
)

// rowSet is columns of a packet that tell of the same things. The first one says how many.
type rowSet struct {
	name    Text
	columns []Text
}

// rowSets are those of each type of packet. Events have a set of their own.
func rowSets(t PacketType) []rowSet {
	switch t {
	case TypeFuncLogBatch:
		return []rowSet{{"lost", []Text{"LostFuncs", "LostEvents"}}, {"events", nil}}
	case TypeCounters:
		return []rowSet{
			{"functions", []Text{"Funcs", "Calls", "TotalNS", "MaxNS", "Modes"}},
			{"losses", []Text{"LostCauses", "LostEvents"}},
		}
	case TypeDetails:
		return []rowSet{{"details", []Text{"Gs", "Starts", "Kinds", "Texts"}}}
	case TypeGoroutines:
		return []rowSet{
			{"goroutines", []Text{"IDs", "Parents", "Sites"}},
			{"sites", []Text{"SiteIDs", "Entries", "Creators", "Files", "Lines"}},
		}
	case TypeLog:
		return []rowSet{{"attributes", []Text{"Keys", "Values"}}}
	}
	return nil
}

// eventColumns are what the events of a batch are in.
var eventColumns = []Text{"Tags", "Times", "Goroutines"}

// rows adds what the packet's columns tell together.
func (d *dissector) rows() {
	if d.Packet == nil || d.packet == 0 {
		return
	}
	for _, set := range rowSets(d.Packet.PacketType()) {
		n := 0
		if set.columns == nil {
			d.readEvents()
			n = len(d.Events)
		} else if column, ok := d.column(set.columns[0]); ok {
			n = d.length(column)
		}
		if n == 0 {
			continue
		}
		d.Parts = append(slices.Grow(d.Parts, n+1), Part{Name: set.name, Kind: PartRows, Index: -1, Number: uint64(n)})
		for i := range n {
			d.Parts = append(d.Parts, Part{Kind: PartRow, Depth: 1, Index: int32(i)})
		}
	}
}

// column is the index of the packet's own field of that name. Where two have it, nobody knows which one was decoded.
func (d *Dissection) column(name Text) (index int, ok bool) {
	for i := d.packet + 1; i < len(d.Parts) && d.Parts[i].Depth > 0; i++ {
		if p := &d.Parts[i]; p.Depth == 1 && p.Name == name && p.Kind != PartTypes {
			if ok {
				return 0, false
			}
			index, ok = i, true
		}
	}
	return index, ok
}

// length is how many elements a column has.
func (d *Dissection) length(column int) int {
	switch p := &d.Parts[column]; p.Kind {
	case PartList:
		return int(p.Number)
	case PartBytes:
		return int(p.At.Len)
	}
	return 0
}

// element is where element i of a column lies.
func (d *Dissection) element(column, i int) (Stretch, bool) {
	p := &d.Parts[column]
	if i >= d.length(column) {
		return Stretch{}, false
	}
	if p.Kind == PartBytes {
		return Stretch{p.At.From + int32(i), 1}, true
	}
	e := &d.Parts[column+1+i] // of basic types: each element is one part
	if e.Depth != p.Depth+1 || int(e.Index) != i {
		return Stretch{}, false
	}
	return e.whole(), true
}

// rowStretches are the bytes of a row, or of all rows of a set; nil when they are unknown.
func (d *Dissection) rowStretches(part int) (stretches []Stretch) {
	p := &d.Parts[part]
	set, ok := d.setOf(part - int(p.Index) - 1)
	switch {
	case !ok:
		return nil
	case set.columns == nil && p.Kind == PartRow:
		return d.places[p.Index].stretches()
	case set.columns == nil:
		set.columns = eventColumns
	}
	for _, name := range set.columns {
		column, ok := d.column(name)
		if !ok {
			continue
		}
		if p.Kind == PartRows {
			if d.length(column) > 0 {
				stretches = append(stretches, d.Parts[column].whole())
			}
		} else if at, ok := d.element(column, int(p.Index)); ok {
			stretches = append(stretches, at)
		}
	}
	return stretches
}

func (d *Dissection) setOf(part int) (rowSet, bool) {
	if part < 0 || d.Packet == nil {
		return rowSet{}, false
	}
	sets := rowSets(d.Packet.PacketType())
	i := slices.IndexFunc(sets, func(s rowSet) bool { return s.name == d.Parts[part].Name })
	if i < 0 {
		return rowSet{}, false
	}
	return sets[i], true
}

// eventPlace is where an event lies in the columns of a batch.
type eventPlace struct {
	tag, tagEnd   int32
	time, timeEnd int32
	run, runEnd   int32 // of the events in a row that one goroutine has
}

func (p *eventPlace) stretches() []Stretch {
	return []Stretch{{p.tag, p.tagEnd - p.tag}, {p.time, p.timeEnd - p.time}, {p.run, p.runEnd - p.run}}
}

// readEvents reads the events of a batch as [BatchReader] does, and notes where each lies.
func (d *dissector) readEvents() {
	p, ok := d.Packet.(*FuncLogBatchPacket)
	if !ok {
		return
	}
	var from [3]int32
	for i, name := range eventColumns {
		column, ok := d.column(name)
		if !ok || d.Parts[column].Kind != PartBytes {
			return
		}
		from[i] = d.Parts[column].At.From
	}
	r := p.Reader()
	if r.Err == nil {
		d.Events, d.places = make([]Event, 0, p.Count), make([]eventPlace, 0, p.Count)
	}
	var run eventPlace
	for {
		place := eventPlace{tag: from[0] + int32(r.tags.at), time: from[1] + int32(r.times.at)}
		left := r.run
		if left == 0 {
			run.run = from[2] + int32(r.goroutines.at)
		}
		if !r.Next() {
			break
		}
		if left == 0 {
			run.runEnd = from[2] + int32(r.goroutines.at)
		}
		place.tagEnd, place.timeEnd = from[0]+int32(r.tags.at), from[1]+int32(r.times.at)
		place.run, place.runEnd = run.run, run.runEnd
		d.Events, d.places = append(d.Events, r.Event), append(d.places, place)
	}
	if r.Err != nil {
		d.Err = r.Err
	}
}

// eventAt is the index of the row of the event that a byte belongs to, of a run the first one; -1 for none.
func (d *Dissection) eventAt(offset int32) int {
	n := len(d.places)
	if n == 0 {
		return -1
	}
	for _, of := range []func(*eventPlace) (from, to int32){
		func(p *eventPlace) (int32, int32) { return p.tag, p.tagEnd },
		func(p *eventPlace) (int32, int32) { return p.time, p.timeEnd },
		func(p *eventPlace) (int32, int32) { return p.run, p.runEnd },
	} {
		i := sort.Search(n, func(i int) bool { _, to := of(&d.places[i]); return to > offset })
		if i == n {
			continue
		}
		if from, _ := of(&d.places[i]); from <= offset {
			return d.EventPart(i)
		}
	}
	return -1
}

// EventPart is the index of the part for event i of a batch: these come last.
func (d *Dissection) EventPart(i int) int { return len(d.Parts) - len(d.Events) + i }
