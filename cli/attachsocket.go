package cli

import (
	"crypto/rand"
	"path/filepath"
	"sync"

	"goapptrace/attach"
	"goapptrace/remote"
	"goapptrace/session"
)

// What --attach-socket may say beside a path, and the name of the default socket.
const (
	defaultSocket = "default"
	noSocket      = "none"
	anySocket     = "default, if it is free" // what serve does unless it is told something else
	viewSocket    = "goapptrace-view.sock"
)

// openSocket lets screens of this user attach, if the options say so.
func (o *remoteOptions) openSocket(v viewed, room *remote.Room) (*attach.Listener, error) {
	path := o.socket
	switch path {
	case "", noSocket:
		return nil, nil
	case defaultSocket, anySocket:
		beside, err := session.DefaultSocket()
		if err != nil && o.socket == anySocket {
			return nil, nil
		} else if err != nil {
			return nil, err
		}
		path = filepath.Join(filepath.Dir(beside), viewSocket)
	}
	l, err := attach.Listen(path, func() (attach.Source, func()) {
		self, leave := room.Enter(remote.Viewer{Name: userName(), Role: remote.RoleOperate, Kind: remote.KindAttach})
		return v.source(self, room), leave
	}, v.log)
	if err != nil && o.socket == anySocket {
		v.log.Warn("no screens can be attached", "error", err.Error())
		return nil, nil
	}
	return l, err
}

// identity tells this process's store from others.
var identity = sync.OnceValue(rand.Text)

// source is what a viewer sees who draws the screen himself.
func (v *viewed) source(viewer remote.Viewer, room *remote.Room) attach.Source {
	c := v.screen()
	s := attach.Source{
		Store: v.store, Watch: c.Watch, Identity: identity(), Version: version(), Commander: remote.Commander(viewer, v.hub),
		Addresses: c.Addresses, Notices: c.Notices, Hint: c.Hint,
		Company: room, Self: viewer.ID,
	}
	if viewer.Role != remote.RoleOperate {
		s.ReadOnly = remote.ErrWatchOnly.Error()
	}
	return s
}
