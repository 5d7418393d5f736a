//go:build linux

package e2e

import (
	"bufio"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// site is a place with machines that know each other's names: network namespaces, a cable between them, and a directory each.
type site struct {
	t        *testing.T
	bin, dir string
	machines map[string]*exec.Cmd
}

// newSite has two machines, and a user with a key that is let in. Without the right to make namespaces the test is skipped.
func newSite(t *testing.T, names ...string) *site {
	t.Helper()
	w := &site{t: t, bin: build(t), dir: t.TempDir(), machines: map[string]*exec.Cmd{}}
	w.write("etc/passwd", "root:x:0:0:root:"+w.path("home")+":/bin/sh\n") // where ssh looks for the user's files
	w.write("etc/hosts", fmt.Sprintf("127.0.0.1 localhost\n10.213.0.1 %s\n10.213.0.2 %s\n", names[0], names[1]))
	w.write("home/.ssh/config", "")
	w.run("ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-C", "you", "-f", w.path("home/.ssh/id_ed25519"))
	public, err := os.ReadFile(w.path("home/.ssh/id_ed25519.pub"))
	if err != nil {
		t.Fatal(err)
	}
	w.write("home/.ssh/authorized_keys", `role="operate" `+string(public))
	for _, name := range names {
		w.write(name+"/.keep", "")
		w.machines[name] = w.newMachine(name)
	}
	w.on(names[0], "ip", "link", "add", "cable", "type", "veth", "peer", "name", "cable", "netns", w.pid(names[1]))
	for i, name := range names {
		w.on(name, "ip", "addr", "add", fmt.Sprintf("10.213.0.%d/24", 1+i), "dev", "cable")
		w.on(name, "ip", "link", "set", "cable", "up")
	}
	return w
}

// newMachine is a process that holds the namespaces until the end of the test.
func (w *site) newMachine(name string) *exec.Cmd {
	w.t.Helper()
	const setUp = `hostname "$2" && mount --bind "$1/etc/hosts" /etc/hosts && mount --bind "$1/etc/passwd" /etc/passwd &&
		ip link set lo up && echo ready && exec sleep 1000`
	cmd := exec.Command("unshare", "--net", "--mount", "--uts", "sh", "-c", setUp, "sh", w.dir, name)
	stdout, err := cmd.StdoutPipe()
	if err != nil {
		w.t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		w.t.Fatal(err)
	}
	w.t.Cleanup(func() {
		_ = cmd.Process.Kill()
		_ = cmd.Wait()
	})
	if line, _ := bufio.NewReader(stdout).ReadString('\n'); line != "ready\n" {
		w.t.Skip("no namespaces can be made here")
	}
	return cmd
}

func (w *site) pid(name string) string { return strconv.Itoa(w.machines[name].Process.Pid) }

// enter is a command line that runs words on a machine.
func (w *site) enter(name string, words ...string) []string {
	return slices.Concat([]string{"nsenter", "--target", w.pid(name), "--net", "--mount", "--uts", "--"}, words)
}

func (w *site) on(name string, words ...string) { w.run(w.enter(name, words...)...) }

func (w *site) run(words ...string) {
	w.t.Helper()
	if out, err := exec.Command(words[0], words[1:]...).CombinedOutput(); err != nil {
		w.t.Fatalf("%q: %v\n%s", words, err, out)
	}
}

// shell is one on a machine, in the machine's directory.
func (w *site) shell(name string) *screen {
	w.t.Helper()
	env := []string{"HOME=" + w.path("home"), "SSH_AUTH_SOCK=", "GOAPPTRACE_SERVER=", "XDG_STATE_HOME=", "XDG_CACHE_HOME="}
	for _, name := range []string{"GOCACHE", "GOMODCACHE"} { // what is compiled already need not be again
		value, err := exec.Command("go", "env", name).Output()
		if err != nil {
			w.t.Fatal(err)
		}
		env = append(env, name+"="+strings.TrimSpace(string(value)))
	}
	return openWith(w.t, w.bin, 120, 36, env, w.enter(name, "sh", "-c", "cd "+w.path(name)+" && exec sh -i")...)
}

func (w *site) path(name string) string { return filepath.Join(w.dir, filepath.FromSlash(name)) }

func (w *site) write(name, text string) {
	w.t.Helper()
	if err := os.MkdirAll(filepath.Dir(w.path(name)), 0o700); err != nil {
		w.t.Fatal(err)
	}
	if err := os.WriteFile(w.path(name), []byte(text), 0o600); err != nil {
		w.t.Fatal(err)
	}
}

func (w *site) copy(from, to string) {
	w.t.Helper()
	text, err := os.ReadFile(w.path(from))
	if err != nil {
		w.t.Fatal(err)
	}
	w.write(to, string(text))
}
