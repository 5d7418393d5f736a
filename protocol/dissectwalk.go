package protocol

// The walk goes over a frame that scanGob has passed, along the type definitions in it, and notes where everything lies.

// message walks a value and the type definitions ahead of it: the header or the packet.
func (d *dissector) message(r *gobReader, header bool) error {
	value := d.add(Part{Name: d.title(header), Kind: PartStruct, Index: -1})
	if !header {
		d.packet = value
	}
	start, types := d.offset(r), -1
	for {
		from := d.offset(r)
		message, err := r.bytes()
		if err != nil {
			return err
		}
		d.end = int(d.offset(r))
		m := gobReader{rest: message}
		id, err := m.int()
		if err != nil {
			return err
		}
		if id >= 0 {
			err := d.structure(d.types[id], id, 1, value, &m)
			d.span(value, start, int32(d.end))
			return err
		}
		if err := d.types.define(-id, m); err != nil {
			return err
		}
		if types < 0 {
			types = d.add(Part{Name: "types", Kind: PartTypes, Depth: 1, Index: -1, At: Stretch{From: from}})
		}
		d.Parts[types].Number++
		d.span(types, d.Parts[types].At.From, int32(d.end))
		d.add(Part{
			Name: Text(d.types[-id].name), Kind: PartType, Depth: 2, Index: -1, Number: uint64(-id),
			At: Stretch{from, int32(d.end) - from},
		})
	}
}

// title is what a message is called.
func (d *dissector) title(header bool) Text {
	switch {
	case header:
		return "header"
	case d.Packet == nil:
		return "packet"
	}
	return Text(d.Packet.PacketType().String())
}

// add begins a part.
func (d *dissector) add(p Part) (index int) {
	d.Parts = append(d.Parts, p)
	return len(d.Parts) - 1
}

// full says that nothing but messages gets parts any more.
func (d *dissector) full() bool { return len(d.Parts) >= maxParts }

// offset is how far a reader of the frame has come, at how far one of the message.
func (d *dissector) offset(r *gobReader) int32 { return int32(len(d.Frame) - len(r.rest)) }
func (d *dissector) at(r *gobReader) int32     { return int32(d.end - len(r.rest)) }

// span says which bytes a part takes.
func (d *dissector) span(i int, from, to int32) { d.Parts[i].At = Stretch{from, to - from} }

// fieldNames are the names of a type's fields.
func (d *dissector) fieldNames(id int64) []Text {
	names, ok := d.labels[id]
	if !ok {
		for _, part := range d.types[id].parts {
			names = append(names, Text(part.name))
		}
		d.labels[id] = names
	}
	return names
}

// structure walks a struct's fields, each of which follows the number by which it comes behind the one before.
func (d *dissector) structure(typ gobType, id int64, depth uint8, in int, r *gobReader) error {
	names := d.fieldNames(id)
	next, from := 0, d.at(r)
	err := r.fields(func(field uint64) error {
		d.absent(names, next, int(field), depth, in)
		next = int(field) + 1
		err := d.value(Part{Name: names[field], Depth: depth, Index: -1}, typ.parts[field].id, from, r)
		from = d.at(r)
		return err
	})
	d.absent(names, next, len(names), depth, in)
	return err
}

// absent adds the fields that were left out, but not those of each element of a list.
func (d *dissector) absent(names []Text, from, to int, depth uint8, in int) {
	if d.Parts[in].Index >= 0 || d.full() {
		return
	}
	for i := from; i < to; i++ {
		d.add(Part{Name: names[i], Kind: PartAbsent, Depth: depth, Index: -1})
	}
}

// value walks a value whose bytes, with what says that it comes, begin at from.
func (d *dissector) value(p Part, id int64, from int32, r *gobReader) (err error) {
	if d.full() {
		w := gobWalk{types: d.types}
		return w.value(id, r)
	}
	i, begin := d.add(p), d.at(r)
	var kind PartKind
	var number uint64
	typ, composite := d.types[id]
	switch {
	case composite && typ.slice:
		kind = PartList
		if number, err = r.uint(); err != nil {
			return err
		}
		err = d.elements(typ.parts[0].id, number, p.Depth+1, r)
	case composite:
		kind = PartStruct
		err = d.structure(typ, id, p.Depth+1, i, r)
	case id == gobString || id == gobBytes:
		kind = PartText
		if id == gobBytes {
			kind = PartBytes
		}
		var text []byte
		if text, err = r.bytes(); err == nil {
			begin = d.at(r) - int32(len(text))
		}
	default:
		kind, number, err = basic(id, r)
	}
	if err != nil {
		return err
	}
	part := &d.Parts[i]
	part.Kind, part.Number, part.Lead = kind, number, begin-from
	part.At = Stretch{begin, d.at(r) - begin}
	return nil
}

func (d *dissector) elements(id int64, n uint64, depth uint8, r *gobReader) error {
	for k := range n {
		if err := d.value(Part{Depth: depth, Index: int32(k)}, id, d.at(r), r); err != nil {
			return err
		}
	}
	return nil
}

// The IDs of gob's types of numbers between those of bool and bytes.
const (
	gobIntID   = 2
	gobUintID  = 3
	gobFloatID = 4
)

// basic reads a value of a type that needs no definition.
func basic(id int64, r *gobReader) (kind PartKind, number uint64, err error) {
	switch id {
	case gobBool:
		kind = PartBool
		number, err = r.uint()
	case gobIntID:
		var n int64
		n, err = r.int()
		kind, number = PartInt, uint64(n)
	case gobUintID:
		kind = PartUint
		number, err = r.uint()
	case gobFloatID:
		kind = PartFloat
		number, err = r.uint()
		number = floatBits(number)
	case gobComplex:
		kind = PartComplex
		if _, err = r.uint(); err == nil {
			_, err = r.uint()
		}
	}
	return kind, number, err
}
