package protocol

import "fmt"

// CheckTurn says whether a packet of type t may come from dir in state s of a session that speaks v.
// Its error says what is wrong with it.
func CheckTurn(t PacketType, dir Direction, s State, v Version) error {
	switch s {
	case StateConnected:
		if t == TypeClientHello && dir == In {
			return nil
		}
	case StateHelloReceived:
		if t == TypeServerHello && dir == Out {
			return nil
		}
	case StateEstablished, StateClosing:
		if t.Since().Minor > v.Minor {
			return fmt.Errorf("packet %v is unknown to version %v", t, v)
		}
		if t.sentBy(dir) {
			return nil
		}
	}
	return fmt.Errorf("packet %v (%v) is out of turn while %v", t, dir, s)
}

// sentBy says whether t is sent in direction dir once the negotiation is done.
func (t PacketType) sentBy(dir Direction) bool {
	switch t {
	case TypePing, TypeShutdown:
		return true
	case TypeLog, TypeSymbol, TypeRawFuncLog, TypeFuncLogBatch, TypeCounters, TypeAck, TypeGoroutines, TypeDetails:
		return dir == In
	case TypeStartTraceCmd, TypeStopTraceCmd, TypeRestart:
		return dir == Out
	}
	return false
}
