//go:build linux

package faults

import (
	"net"
	"testing"
	"time"
)

// backWithin is how soon programs that had a server are with it again once it is back.
const backWithin = 2 * time.Second

// A server is killed under load and comes back after a while: so do its programs, however long it was away, and soon.
func TestServerComesBack(t *testing.T) {
	skipShort(t)
	const programs = 4
	url := freePort(t)
	w := startWatch(t, url, onlyOuter...)
	for range programs {
		v := start(t, tracedVictim, "serve", "GOAPPTRACE_SERVER="+url)
		v.tell("flood")
	}
	for range times(2, 10) {
		awaitPrograms(t, w, programs)
		if err := w.kill(); err != nil {
			t.Error(err)
		}
		time.Sleep(duration(12*time.Second, 45*time.Second)) // in which attempts could become rare
		w = startWatch(t, url, onlyOuter...)
		took := awaitPrograms(t, w, programs)
		t.Logf("%d programs came back within %v", programs, took)
		if took > 2*backWithin { // a machine with others on it may be late
			t.Errorf("they were to come back within %v", backWithin)
		}
	}
	w.stop()
}

// awaitPrograms waits until so many sessions are established, and says for how long.
func awaitPrograms(t *testing.T, w *watch, programs int) time.Duration {
	t.Helper()
	began := time.Now()
	await(t, "all programs", func() bool {
		return w.locked(func() bool {
			established := 0
			for _, s := range w.sessions {
				if s.state == "established" {
					established++
				}
			}
			return established == programs
		})
	})
	return time.Since(began)
}

// freePort is an address of this machine that nobody listens on.
func freePort(t *testing.T) (url string) {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	return "tcp://" + l.Addr().String()
}
