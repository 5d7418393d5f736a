// Package remote shows the screen to people on other machines, over SSH. It is an SSH server that knows no shell: whoever
// proves to have a key of the authorized_keys file sees the screen, or runs one of goapptrace's own commands.
//
// Call [Listen] with functions that make what a viewer sees, show [Server.Addr] to the user, and end it with
// [Server.Shutdown]. A [Room] knows who watches and what they did, over SSH or otherwise.
//
// # Who may do what
//
// A key's line in the authorized_keys file gives its owner a [Role]. It is read when the owner has proved to have the key,
// and nothing else decides: not the user name, not what was offered before. The role is enforced in one place, the
// [goapptrace/ui.Commander] that [Commander] makes; screens, commands and attached viewers act through it alone.
//
// There is no password, no forwarding in either direction, no agent, no X11, no shell. Of the environment TERM, COLORTERM,
// LANG and NO_COLOR are taken. Nobody gets at what runs or writes on this machine: the program's input, the editor, files.
//
// # Who owns what
//
// A Server owns a goroutine that accepts and one for each connection; a connection owns those of its sessions, and waits for them.
// What a viewer's screen writes goes into a bounded buffer of its own and from there to the connection by a goroutine of its own: a
// terminal that takes nothing holds up nobody, and is dropped after a while ([Limits].Stall).
package remote

import (
	"context"
	"io"
	"log/slog"
	"time"

	"goapptrace/ui"
)

// Role is what a viewer may do.
type Role uint8

// The roles.
const (
	RoleWatch   Role = iota // look at everything
	RoleOperate             // and change trace modes, and end sessions
)

// String is the role's name in the authorized_keys file.
func (r Role) String() string {
	if r == RoleOperate {
		return "operate"
	}
	return "watch"
}

// The kinds of viewers.
const (
	KindScreen  = "screen"  // the screen is drawn here and shown in a terminal elsewhere
	KindCommand = "command" // runs one command
	KindAttach  = "attach"  // draws the screen itself
	KindLocal   = "local"   // sits at this machine
)

// Viewer is somebody who watches. Name and Remote are strangers' text: show and log them through [goapptrace/ui/safe] alone.
type Viewer struct {
	ID          uint64 // unique in its room, 1 is the first
	Name        string // the key's comment, or the system's name of a local user
	Fingerprint string // "SHA256:…" of the key, empty without one
	Remote      string // address, empty on this machine
	Role        Role
	Since       time.Time
	Kind        string // KindScreen, …

	room *Room
}

// Config says where to listen, whom to let in, and what to show.
type Config struct {
	Addr           string // host:port, port 0 for any free one
	HostKey        string // path of the host's private key: made when there is no file
	AuthorizedKeys string // path of the keys that are let in: read anew when it changes
	Log            *slog.Logger
	Limits         Limits // zero fields mean those of [DefaultLimits]
	Room           *Room  // of the viewers, a new one when nil

	// Screen is what a viewer with a terminal sees. The server fills in what it knows: who else watches, what the terminal can do.
	// Its Commander has to come from [Commander].
	Screen func(v Viewer) ui.Config

	// Command runs one command until it is done or ctx ends, and returns its exit status; nil when there are none. Args has at
	// least one word, all of them strangers' words: ssh puts a space between those of its command line, so that quotes are lost on the
	// way unless they are quoted themselves. From a terminal nothing comes but ctrl+c, which ends ctx.
	Command func(ctx context.Context, v Viewer, args []string, stdin io.Reader, stdout, stderr io.Writer) (status int)

	// Attach serves a viewer that draws the screen itself (the SSH subsystem "goapptrace") until conn or ctx ends; nil when
	// nobody can. The error is logged.
	Attach func(ctx context.Context, v Viewer, conn io.ReadWriteCloser) error
}
