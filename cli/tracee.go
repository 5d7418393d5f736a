package cli

import (
	"crypto/rand"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"time"

	"goapptrace/session"
)

// lastWords bounds how long sessions may take to end before the program is ended with them.
const lastWords = time.Second

// tracee is a program that was built with hooks and is about to run.
type tracee struct {
	dir     string  // private: socket and reports of crashes
	rings   string  // private and in memory: what it records; "" for none
	crashes crashes // set by listen
	cmd     *exec.Cmd
	view    viewOptions
	env     []string // what else the agent is to know
}

// connect makes the program connect to server when it starts.
func (t *tracee) connect(server, secret string) {
	t.cmd.Env = append(os.Environ(), "GOAPPTRACE_SERVER="+server, "GOAPPTRACE_SECRET="+secret)
	t.cmd.Env = append(append(t.cmd.Env, t.env...), ringsEnv+"="+t.rings)
}

// patientEnd lets the end of a program wait longer for its viewer, which is us, as long as we go on reading: on a busy machine
// a program that ends at once would else be gone before all of it was told.
const patientEnd = "GOAPPTRACE_FLUSH=2s"

// listen opens the private socket, and prepares the program to connect to it.
func (t *tracee) listen(open opener) (*hub, error) {
	var err error
	if t.crashes, err = makeCrashes(t.dir); err != nil {
		return nil, err
	}
	server, secret := "unix://"+filepath.Join(t.dir, "socket"), rand.Text()
	h, err := newHub(session.Config{Listen: []string{server}, Secret: secret}, open)
	if err != nil {
		return nil, err
	}
	h.yard.lookInto(leavings{t.rings, t.crashes})
	t.connect(server, secret)
	t.cmd.Env = append(t.cmd.Env, t.crashes.env(), patientEnd)
	return h, nil
}

// runAlone runs the program with the terminal for itself; whoever listens at the default address sees it.
func (t *tracee) runAlone(secret string) (status int, err error) {
	server := os.Getenv("GOAPPTRACE_SERVER")
	if server == "" {
		socket, err := session.DefaultSocket()
		if err != nil {
			return 0, err
		}
		server = "unix://" + socket
		if _, err := os.Stat(socket); err != nil {
			say("nobody listens at %s: start \"goapptrace watch\" in another terminal first", server)
		}
	}
	if secret == "" {
		secret = os.Getenv("GOAPPTRACE_SECRET")
	}
	t.connect(server, secret)
	t.cmd.Stdin, t.cmd.Stdout, t.cmd.Stderr = os.Stdin, os.Stdout, os.Stderr
	c, err := startChild(t.cmd, "", false)
	if err != nil {
		return 0, err
	}
	select {
	case <-t.view.expired():
		c.stop()
		<-c.done
		return 0, nil
	case <-c.done:
		return c.status(), nil
	}
}

// runPrinted runs the program and prints its trace. The program keeps our standard input and output; in JSON, its
// output goes to our standard error, unless the trace goes to a file.
func (t *tracee) runPrinted() (status int, err error) {
	ignoreBrokenPipe()
	out, err := t.view.openOutlet()
	if err != nil {
		return 0, err
	}
	var sessions witness
	h, err := t.listen(sessions.stand(out.open))
	if err != nil {
		return 0, err
	}
	out.listening(h.server.Addrs(), h.server.Notices())
	t.cmd.Stdin, t.cmd.Stdout, t.cmd.Stderr = os.Stdin, os.Stdout, os.Stderr
	if t.view.inJSON() && out.file == nil {
		t.cmd.Stdout = os.Stderr
	}
	status, err = t.follow(h, out, &sessions)
	if closeErr := out.close(); err == nil {
		err = closeErr
	}
	return status, err
}

// follow runs the program until it ends or a bound ends it, and takes in its trace to the end.
func (t *tracee) follow(h *hub, out *outlet, sessions *witness) (status int, err error) {
	c, err := startChild(t.cmd, t.crashes, false)
	if err != nil {
		_ = h.shutdown() // there is nothing to lose
		return 0, err
	}
	bounded := true
	select {
	case <-c.done:
		bounded = false
	case <-t.view.expired():
	case <-out.quota.done():
	case <-out.lines.failed:
	}
	if bounded {
		h.endTraces(lastWords)
		c.stop()
		<-c.done
	}
	if heard := h.settle(c.pid()); !h.raiseStrays() && !heard {
		say("the program ended before it connected: nothing was traced")
	}
	if err := h.shutdown(); err != nil {
		return 0, fmt.Errorf("end the trace: %w", err)
	}
	out.exited(sessions.of(c.pid()), c.exit)
	if bounded {
		return 0, nil
	}
	return c.status(), nil
}
