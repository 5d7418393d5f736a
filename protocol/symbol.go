package protocol

// SymbolPacket names functions ahead of the first event that mentions them.
// IDs stay the same for the connection.
type SymbolPacket struct {
	Symbols *Symbols
}

// Symbols are the functions and lines that a client has met since its last SymbolPacket.
type Symbols struct {
	Funcs      []*FuncSymbol
	FuncStatus []*FuncStatus
}

// FuncSymbol is a function, named as the Go runtime prints it.
type FuncSymbol struct {
	ID    uint64
	Name  Text
	File  Text
	Entry uintptr
}

// FuncStatus is a place in a function. Events of 1.0 name the ID of a FuncStatus, those of 1.1 the ID of a
// FuncSymbol; a 1.1 client sends one FuncStatus for each function, with the same ID, whose Line is where it begins.
type FuncStatus struct {
	ID   uint64
	Func uint64 // FuncSymbol.ID
	Line uint64
	PC   uintptr
}

// PacketType implements [Packet].
func (*SymbolPacket) PacketType() PacketType { return TypeSymbol }
