package protocol

import "testing"

func TestStates(t *testing.T) {
	want := map[State]string{
		StateConnected:     "hello received, refused",
		StateHelloReceived: "established, refused",
		StateEstablished:   "closing, lost",
		StateClosing:       "closed, lost",
		StateClosed:        "",
		StateRefused:       "",
		StateLost:          "",
	}
	for s := StateConnected; s <= StateLost; s++ {
		var got string
		for next := StateConnected; next <= StateLost; next++ {
			if s.CanBecome(next) {
				if got != "" {
					got += ", "
				}
				got += next.String()
			}
		}
		if got != want[s] {
			t.Errorf("%v can become %s, want %s", s, got, want[s])
		}
		if s.Ended() != (got == "") {
			t.Errorf("%v: ended is %v", s, s.Ended())
		}
	}
}

func TestCheckTurn(t *testing.T) {
	for _, test := range []struct {
		t   PacketType
		dir Direction
		s   State
		v   Version
		ok  bool
	}{
		{TypeClientHello, In, StateConnected, Version{}, true},
		{TypeClientHello, In, StateEstablished, Current, false},
		{TypePing, In, StateConnected, Version{}, false},
		{TypeServerHello, Out, StateHelloReceived, Current, true},
		{TypeServerHello, In, StateEstablished, Current, false},
		{TypePing, In, StateEstablished, Original, true},
		{TypePing, Out, StateClosing, Current, true},
		{TypeFuncLogBatch, In, StateEstablished, Current, true},
		{TypeFuncLogBatch, In, StateClosing, Current, true},
		{TypeFuncLogBatch, In, StateEstablished, Original, false},
		{TypeFuncLogBatch, Out, StateEstablished, Current, false},
		{TypeStartTraceCmd, In, StateEstablished, Current, false},
		{TypeStartTraceCmd, Out, StateEstablished, Original, true},
		{TypePing, In, StateClosed, Current, false},
	} {
		if err := CheckTurn(test.t, test.dir, test.s, test.v); (err == nil) != test.ok {
			t.Errorf("%v %v while %v (%v): %v", test.t, test.dir, test.s, test.v, err)
		}
	}
}

// Every packet has its time, whoever sends it.
func TestEveryPacketHasItsTurn(t *testing.T) {
	for p := PacketType(1); p <= lastType; p++ {
		turns := 0
		for _, s := range []State{StateConnected, StateHelloReceived, StateEstablished, StateClosing} {
			for _, dir := range []Direction{In, Out} {
				if CheckTurn(p, dir, s, Current) == nil {
					turns++
				}
			}
		}
		if turns == 0 {
			t.Errorf("%v is never in turn", p)
		}
	}
}
