//go:build linux

package faults

import (
	"context"
	"crypto/rand"
	"encoding/binary"
	"io"
	"net"
	"strings"
	"sync"
	"testing"
	"time"

	"goapptrace/protocol"
	"goapptrace/session"
)

// viewers are those that a program may meet. Each returns the value of GOAPPTRACE_SERVER.
var viewers = map[string]func(t *testing.T) string{
	"watch":        func(t *testing.T) string { url := socket(t); startWatch(t, url); return url },
	"none":         func(t *testing.T) string { return socket(t) },
	"no TCP":       func(*testing.T) string { return "tcp://127.0.0.1:1" },
	"refuses":      refuse,
	"never takes":  func(t *testing.T) string { url, _ := listen(t); return url },
	"says nothing": func(t *testing.T) string { return serve(t, func(net.Conn) {}) },
	"leaves": func(t *testing.T) string {
		return serve(t, func(c net.Conn) { _ = shake(c); _ = c.Close() })
	},
	"talks rubbish": func(t *testing.T) string {
		return serve(t, func(c net.Conn) {
			if shake(c) == nil {
				_, _ = io.CopyN(c, rand.Reader, 1<<20)
			}
		})
	},
	"rubbish for a hello": func(t *testing.T) string {
		return serve(t, func(c net.Conn) { _, _ = io.CopyN(c, rand.Reader, 1<<20) })
	},
	"reads a byte a second": func(t *testing.T) string { return serve(t, readSlowly) },
}

func readSlowly(c net.Conn) {
	if shake(c) != nil {
		return
	}
	for b := make([]byte, 1); ; time.Sleep(time.Second) {
		if _, err := c.Read(b); err != nil {
			return
		}
	}
}

// throttle is a way to a viewer on which a client's hello goes fast, and the rest a byte a second. cut ends all connections.
func throttle(t *testing.T, to string) (url string, cut func()) {
	t.Helper()
	var mu sync.Mutex
	var ends []net.Conn
	url = serve(t, func(c net.Conn) {
		viewer, err := net.Dial("unix", strings.TrimPrefix(to, "unix://"))
		if err != nil {
			t.Error(err)
			return
		}
		mu.Lock()
		ends = append(ends, c, viewer)
		mu.Unlock()
		go func() { _, _ = io.Copy(c, viewer) }()
		var length [4]byte // of the hello
		if _, err := io.ReadFull(c, length[:]); err != nil {
			return
		}
		_, _ = viewer.Write(length[:])
		_, _ = io.CopyN(viewer, c, int64(binary.BigEndian.Uint32(length[:])))
		for {
			if _, err := io.CopyN(viewer, c, 1); err != nil {
				return
			}
			time.Sleep(time.Second)
		}
	})
	return url, func() {
		mu.Lock()
		defer mu.Unlock()
		for _, c := range ends {
			_ = c.Close()
		}
	}
}

// refuse lets nobody in.
func refuse(t *testing.T) string {
	t.Helper()
	url := socket(t)
	server, err := session.Listen(context.Background(), session.Config{Listen: []string{url}, Secret: "unknown to the victim"})
	if err != nil {
		t.Fatal(err)
	}
	var working sync.WaitGroup
	working.Go(func() {
		for s := range server.Sessions() {
			working.Go(func() {
				for range s.Events() {
				}
			})
		}
	})
	t.Cleanup(func() { _ = server.Close(); working.Wait() })
	return url
}

// listen opens a socket at which nobody sits.
func listen(t *testing.T) (url string, l net.Listener) {
	t.Helper()
	url = socket(t)
	l, err := net.Listen("unix", strings.TrimPrefix(url, "unix://"))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = l.Close() })
	return url, l
}

// serve treats every connection in its way and then keeps it open to the end of the test.
func serve(t *testing.T, treat func(net.Conn)) (url string) {
	t.Helper()
	url, l := listen(t)
	var working sync.WaitGroup
	working.Go(func() {
		for {
			c, err := l.Accept()
			if err != nil {
				return
			}
			t.Cleanup(func() { _ = c.Close() })
			go treat(c)
		}
	})
	t.Cleanup(func() { _ = l.Close(); working.Wait() })
	return url
}

// shake agrees with whoever connected.
func shake(c net.Conn) error {
	frame, err := protocol.ReadFrame(c, protocol.MaxHelloFrame)
	n := protocol.ServerEnd{}.Negotiate(frame, err, 0)
	if n.Reply == nil {
		return err
	}
	reply, err := protocol.AppendFrame(nil, n.Reply)
	if err != nil {
		return err
	}
	_, err = c.Write(reply)
	return err
}
