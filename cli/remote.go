package cli

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"os"
	"os/user"
	"path"
	"path/filepath"
	"time"

	"github.com/spf13/pflag"

	"goapptrace/attach"
	"goapptrace/model"
	"goapptrace/remote"
	"goapptrace/ui"
)

// remoteOptions say whether viewers come over SSH, and who.
type remoteOptions struct {
	addr           viewAddr
	authorizedKeys string
	hostKey        string
	limits         remote.Limits // that --limit has changed
	socket         string        // for attached screens of this user: a path, "none", or "default"
}

func (o *remoteOptions) register(flags *pflag.FlagSet) {
	flags.Var(&o.addr, "ssh", "show the screen over SSH too, on this host:port, to those whose keys --authorized-keys has")
	flags.StringVar(&o.authorizedKeys, "authorized-keys", "", `file of the public keys that are let in; role="operate" before a key lets its owner act, not only watch`)
	flags.StringVar(&o.hostKey, "host-key", "", "private key that the host is known by to viewers, made if there is none (default ssh_host_ed25519_key in the state directory)")
	flags.StringVar(&o.socket, "attach-socket", "", "let \"goapptrace attach\" of this user see it through this socket: a path, default for goapptrace-view.sock beside the default socket, or none")
}

func (o *remoteOptions) check() error {
	switch {
	case o.addr == "" && (o.authorizedKeys != "" || o.hostKey != ""):
		return errors.New("--authorized-keys and --host-key are for --ssh HOST:PORT")
	case o.addr != "" && o.authorizedKeys == "":
		return errors.New("--ssh needs --authorized-keys FILE: nobody is let in without a key")
	}
	return nil
}

// besideScreen says what is wrong with letting viewers in to a screen that isn't shown here.
func (o *remoteOptions) besideScreen(shown bool) error {
	if o.addr == "" && o.socket == "" || shown {
		return nil
	}
	return errors.New("--ssh and --attach-socket show others the screen that is here, which needs a terminal and no --plain, --json, --no-ui and the like: elsewhere use \"goapptrace serve\"")
}

// viewed is what viewers look at.
type viewed struct {
	hub    *hub
	store  *model.Store
	screen func() ui.Config // what everybody sees
	log    *slog.Logger     // may be nil
}

// function is the name of a session's function, without its directories.
func (v *viewed) function(session, function uint64) string {
	s := v.store.Session(session)
	if s == nil {
		return ""
	}
	row, known := s.Function(function, time.Now())
	if !known {
		return ""
	}
	return path.Base(string(row.Name))
}

// viewers are those who look on over SSH, or through a socket.
type viewers struct {
	room   *remote.Room
	server *remote.Server   // nil when nobody can over SSH
	socket *attach.Listener // nil when nobody can through a socket
}

// serve lets viewers in as the options say: nobody when they don't.
func (o *remoteOptions) serve(v viewed) (*viewers, error) {
	all := &viewers{room: remote.NewRoom(v.log)}
	all.room.NameFunctions(v.function)
	var err error
	if all.socket, err = o.openSocket(v, all.room); err != nil {
		return all, err
	}
	if o.addr == "" {
		return all, nil
	}
	config, err := o.config()
	if err != nil {
		return all, err
	}
	config.Log, config.Room = v.log, all.room
	config.Screen = func(viewer remote.Viewer) ui.Config {
		c := v.screen()
		c.Commander = remote.Commander(viewer, v.hub)
		return c
	}
	config.Command = remoteCommands(v.store, v.hub, all.room)
	config.Attach = func(ctx context.Context, viewer remote.Viewer, conn io.ReadWriteCloser) error {
		return attach.Serve(ctx, v.source(viewer, all.room), conn)
	}
	all.server, err = remote.Listen(context.Background(), config)
	return all, err
}

// config is what the options say of a server for viewers.
func (o *remoteOptions) config() (remote.Config, error) {
	c := remote.Config{Addr: string(o.addr), HostKey: o.hostKey, AuthorizedKeys: o.authorizedKeys, Limits: o.limits}
	if c.HostKey == "" {
		dir, err := stateDir()
		if err != nil {
			return c, fmt.Errorf("no place for the host key: %w (use --host-key)", err)
		}
		c.HostKey = filepath.Join(dir, "ssh_host_ed25519_key")
	}
	return c, nil
}

// checkFiles says what is wrong with the files that viewers and the host are known by, before anybody is listened to.
func (o *remoteOptions) checkFiles() error {
	if o.addr == "" {
		return nil
	}
	c, err := o.config()
	if err != nil {
		return err
	}
	return c.Check()
}

// viewAddr is where viewers come to over SSH, as a flag; empty for nowhere.
type viewAddr string

// Set implements [github.com/spf13/pflag.Value].
func (a *viewAddr) Set(text string) error {
	if text != "" {
		if err := remote.CheckAddress(text); err != nil {
			return err
		}
	}
	*a = viewAddr(text)
	return nil
}

// String implements [github.com/spf13/pflag.Value].
func (a *viewAddr) String() string { return string(*a) }

// Type implements [github.com/spf13/pflag.Value].
func (*viewAddr) Type() string { return "address" }

// join has the screen at this machine be one of them, if there can be others.
func (v *viewers) join(c *ui.Config) (leave func()) {
	if v.server == nil && v.socket == nil {
		return func() {}
	}
	self, leave := v.room.Enter(remote.Viewer{Name: userName(), Role: remote.RoleOperate, Kind: remote.KindLocal})
	c.Company, c.Self, c.Commander = v.room, self.ID, remote.Commander(self, c.Commander)
	if v.server != nil {
		c.Addresses = append(c.Addresses[:len(c.Addresses):len(c.Addresses)], v.address())
	}
	return leave
}

// userName is that of who runs us.
func userName() string {
	if u, err := user.Current(); err == nil {
		return u.Username
	}
	return "the user here"
}

// sendOff tells the viewers that it is over, and waits until they have gone.
func (v *viewers) sendOff() (err error) {
	if v.socket != nil {
		err = v.socket.Close()
		v.socket = nil
	}
	if v.server == nil {
		return err
	}
	ctx, cancel := context.WithTimeout(context.Background(), parting)
	defer cancel()
	if ended := v.server.Shutdown(ctx); ended != nil && !errors.Is(ended, context.DeadlineExceeded) {
		return errors.Join(err, ended)
	}
	return err
}

// address is where viewers come to; empty when they can't.
func (v *viewers) address() string {
	if v.server == nil {
		return ""
	}
	return "ssh://" + v.server.Addr()
}

// parting bounds how long viewers may take to go.
const parting = 3 * time.Second

// shared is what all viewers see of a screen, in colours and with keys as the settings say. Of terminals each knows its own.
func (o *viewOptions) shared(c ui.Config) func() ui.Config {
	return func() ui.Config {
		own := c
		o.dress(&own)
		own.ASCII, own.NoMouse, own.Theme = false, false, ui.ThemeAuto
		return own
	}
}

// stateDir is where what has to be there the next time is kept, which isn't the user's business.
func stateDir() (string, error) {
	if dir := os.Getenv("XDG_STATE_HOME"); filepath.IsAbs(dir) {
		return filepath.Join(dir, "goapptrace"), nil
	}
	home, err := os.UserHomeDir()
	if err != nil {
		return "", err
	}
	return filepath.Join(home, ".local", "state", "goapptrace"), nil
}
