package attach

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/url"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"

	"goapptrace/ui/safe"
)

// Subsystem is the name of the SSH subsystem that [Serve] is behind.
const Subsystem = "goapptrace"

// ParseTarget returns what connects to a target: unix:///path, or ssh://[user@]host[:port].
func ParseTarget(target string) (Dial, error) {
	u, err := url.Parse(target)
	if err != nil {
		return nil, fmt.Errorf("%q is no address (want ssh://[user@]host[:port] or unix:///path)", target)
	}
	switch {
	case u.Scheme == "unix" && u.Host == "" && filepath.IsAbs(u.Path):
		return dialUnix(u.Path), nil
	case u.Scheme == "unix":
		return nil, fmt.Errorf("%q: the socket's path must be absolute, as in unix:///run/goapptrace-view.sock", target)
	case u.Scheme != "ssh":
		return nil, fmt.Errorf("%q: want ssh://[user@]host[:port] or unix:///path", target)
	case u.Path != "" && u.Path != "/" || u.RawQuery != "" || u.Fragment != "":
		return nil, fmt.Errorf("%q: nothing may follow the host and port", target)
	}
	if _, has := u.User.Password(); has {
		return nil, fmt.Errorf("a password in the address of %q would be seen by others: ssh asks for what it needs", u.Host)
	}
	args, err := sshArgs(u)
	if err != nil {
		return nil, fmt.Errorf("%q: %w", target, err)
	}
	return (&overSSH{args: args}).dial, nil
}

func dialUnix(path string) Dial {
	return func(ctx context.Context) (io.ReadWriteCloser, error) {
		conn, err := new(net.Dialer).DialContext(ctx, "unix", path)
		if err != nil {
			return nil, fmt.Errorf("attach to %q: %w", path, err)
		}
		return conn, nil
	}
}

// sshArgs are the arguments of ssh for a target.
func sshArgs(u *url.URL) ([]string, error) {
	host, user := u.Hostname(), u.User.Username()
	if host == "" || strings.HasPrefix(host, "-") {
		return nil, errors.New("a host is missing")
	}
	args := []string{"-T", "-x", "-a", "-o", "ServerAliveInterval=10", "-o", "ServerAliveCountMax=3", "-o", "ConnectTimeout=20"}
	if port := u.Port(); port != "" {
		args = append(args, "-p", port)
	}
	if user != "" {
		args = append(args, "-l", user)
	}
	return append(args, "-s", "--", host, Subsystem), nil
}

// overSSH runs the system's ssh, so that the user's configuration, agent, known hosts and jump hosts count.
type overSSH struct {
	args []string
	came bool // a connection was made: there is a screen by now, on which ssh can't ask for anything
}

func (o *overSSH) dial(context.Context) (io.ReadWriteCloser, error) {
	args := o.args
	if o.came {
		args = append([]string{"-o", "BatchMode=yes"}, args...)
	}
	cmd := exec.Command("ssh", args...)
	c := &sshConn{cmd: cmd}
	cmd.Stderr = &c.said
	var err error
	if c.WriteCloser, err = cmd.StdinPipe(); err != nil {
		return nil, err
	}
	if c.out, err = cmd.StdoutPipe(); err != nil {
		return nil, err
	}
	if err := cmd.Start(); errors.Is(err, exec.ErrNotFound) {
		return nil, errors.New(`there is no command "ssh": install OpenSSH's client`)
	} else if err != nil {
		return nil, err
	}
	o.came = true
	return c, nil
}

// sshConn is the connection that ssh makes.
type sshConn struct {
	io.WriteCloser
	out  io.ReadCloser
	cmd  *exec.Cmd
	said tail

	once   sync.Once
	failed error
}

// Read tells why ssh has ended.
func (c *sshConn) Read(p []byte) (int, error) {
	n, err := c.out.Read(p)
	if n == 0 && err != nil {
		if failed := c.wait(); failed != nil {
			return 0, failed
		}
		return 0, io.EOF
	}
	return n, nil
}

// wait waits for the end of ssh.
func (c *sshConn) wait() error {
	c.once.Do(func() {
		if err := c.cmd.Wait(); err != nil {
			if said := c.said.String(); said != "" {
				c.failed = fmt.Errorf("ssh says %q", said)
			} else {
				c.failed = fmt.Errorf("ssh has ended: %w", err)
			}
		}
	})
	return c.failed
}

// Close ends ssh.
func (c *sshConn) Close() error {
	_ = c.WriteCloser.Close()
	_ = c.cmd.Process.Kill() // it may have ended
	_ = c.wait()             // nobody cares any more how
	return nil
}

// tail keeps the last of what is written.
type tail struct {
	mu sync.Mutex
	b  []byte
}

// Write implements [io.Writer].
func (t *tail) Write(p []byte) (int, error) {
	const most = 1024
	t.mu.Lock()
	defer t.mu.Unlock()
	t.b = append(t.b, p...)
	t.b = t.b[max(0, len(t.b)-most):]
	return len(p), nil
}

// String is the last line that says something, without what a terminal would obey.
func (t *tail) String() string {
	t.mu.Lock()
	defer t.mu.Unlock()
	lines := bytes.Split(bytes.TrimSpace(t.b), []byte("\n"))
	return safe.String(strings.TrimSpace(string(lines[len(lines)-1])))
}
