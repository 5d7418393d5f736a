package gate

import (
	"encoding/binary"
	"net/netip"
	"testing"
	"time"
)

var usual = Limits{Penalty: 5 * time.Second, PenaltyStart: 50 * time.Second, PenaltyMax: 10 * time.Minute, PenaltyAddresses: 4096}

func sourceAt(n uint32) Source {
	var b [4]byte
	binary.BigEndian.PutUint32(b[:], n)
	return Source{net: networkOf(netip.AddrFrom4(b))}
}

func TestPenalties(t *testing.T) {
	p := &penalties{limits: Limits{Penalty: 5 * time.Second, PenaltyStart: 20 * time.Second, PenaltyMax: time.Minute, PenaltyAddresses: 10}}
	now := time.Unix(1e9, 0)
	bad, good := sourceAt(1), sourceAt(2)
	for _, want := range []time.Duration{20 * time.Second, 40 * time.Second, time.Minute, time.Minute} {
		for i := range 3 {
			if out := p.punish(bad, now); out != 0 || p.shut(bad, now) {
				t.Fatalf("shut out after %d failures", i+1)
			}
		}
		if out := p.punish(bad, now); out != want {
			t.Fatalf("shut out for %v, want %v", out, want)
		}
		if p.shut(good, now) {
			t.Fatal("somebody else is shut out")
		}
		now = now.Add(want - 1)
		if !p.shut(bad, now) {
			t.Error("let in too early")
		}
		if now = now.Add(1); p.shut(bad, now) {
			t.Error("let in too late")
		}
	}
	now = now.Add(time.Minute + 1) // and all is forgotten
	for range 3 {
		p.punish(bad, now)
	}
	if out := p.punish(bad, now); out != 20*time.Second {
		t.Errorf("shut out for %v after a long time", out)
	}
}

// TestPenaltiesAreWorkedOff guards: who fails now and then, such as a program with an old secret that tries again, stays free.
func TestPenaltiesAreWorkedOff(t *testing.T) {
	p := &penalties{limits: usual}
	now := time.Unix(1e9, 0)
	for range 1000 {
		if p.punish(sourceAt(1), now) != 0 {
			t.Fatal("shut out")
		}
		now = now.Add(p.limits.Penalty)
	}
}

func TestPenaltyTableIsBounded(t *testing.T) {
	limits := usual
	limits.PenaltyAddresses = 100
	p := &penalties{limits: limits}
	now := time.Unix(1e9, 0)
	for range 10 {
		p.punish(sourceAt(0), now)
	}
	for n := range uint32(10_000) {
		p.punish(sourceAt(n+1), now)
		if len(p.table) > limits.PenaltyAddresses {
			t.Fatalf("%d addresses are remembered", len(p.table))
		}
	}
	if !p.shut(sourceAt(0), now) {
		t.Error("one that is shut out was forgotten for those that failed once")
	}
}

func TestWhoIsPunished(t *testing.T) {
	p := &penalties{limits: usual}
	off := &penalties{limits: usual}
	off.limits.Penalty = -1
	now := time.Unix(1e9, 0)
	for range 100 {
		p.punish(Source{pid: 7}, now)
		off.punish(sourceAt(1), now)
	}
	if p.shut(Source{pid: 7}, now) || off.shut(sourceAt(1), now) {
		t.Error("shut out at a Unix socket, or without penalties")
	}
}

func TestNetworkOf(t *testing.T) {
	for addr, want := range map[string]string{
		"127.0.3.4":          "127.0.3.4/32",
		"::ffff:127.0.3.4":   "127.0.3.4/32",
		"2001:db8:1:2:3::4":  "2001:db8:1:2::/64",
		"fe80::1%eth0":       "fe80::/64",
		"2001:db8:1:2:ff::5": "2001:db8:1:2::/64",
	} {
		if got := networkOf(netip.MustParseAddr(addr)).String(); got != want {
			t.Errorf("%s: %s, want %s", addr, got, want)
		}
	}
}
