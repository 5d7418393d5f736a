package salvage

import "goapptrace/protocol"

// Receipt is what has come on a connection.
type Receipt struct {
	connection uint64            // number of the connection, from 1
	batch      uint64            // the last one's
	functions  uint64            // those up to this ID have names
	lost       map[uint64]uint64 // events, by function ID
}

// NewReceipt begins the receipt of a connection whose hello names the epoch.
func NewReceipt(epoch int64) *Receipt {
	return &Receipt{connection: uint64(epoch) + 1, lost: map[uint64]uint64{}}
}

// Note takes in a packet that came from the program.
func (r *Receipt) Note(p protocol.Packet) {
	switch p := p.(type) {
	case *protocol.FuncLogBatchPacket:
		r.batch = p.Seq
		for i, id := range p.LostFuncs {
			if i < len(p.LostEvents) {
				r.lost[id] += p.LostEvents[i]
			}
		}
	case *protocol.SymbolPacket:
		if p.Symbols == nil {
			return
		}
		for _, f := range p.Symbols.Funcs {
			r.functions = max(r.functions, f.ID)
		}
	}
}
