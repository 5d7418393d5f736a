//go:build linux

package e2e

import (
	"os"
	"os/exec"
	"regexp"
	"strings"
	"testing"
)

// TestReadmeRemoteMachine does what the README's section on remote machines says, word by word, on two machines with the names that
// it gives them.
func TestReadmeRemoteMachine(t *testing.T) {
	for _, tool := range []string{"tmux", "ssh", "ssh-keygen", "openssl", "jq", "unshare", "nsenter", "ip"} {
		if _, err := exec.LookPath(tool); err != nil {
			t.Skip(err)
		}
	}
	commands := readmeCommands(t, "## Watch a remote machine")
	site := newSite(t, "host", "elsewhere")
	site.write("elsewhere/go.mod", "module example.com/app\n\ngo 1.26\n")
	site.write("elsewhere/cmd/app/main.go", appSource)

	var server, desk *screen
	for _, line := range commands {
		where, command, _ := strings.Cut(line, "$ ")
		s := site.shell(where)
		s.enter("clear; " + command + "; echo status=$?")
		switch name := strings.Fields(command)[0]; {
		case strings.Contains(command, "goapptrace serve"):
			server = s
			s.wait(`listening for viewers`)
			for _, name := range []string{"cert.pem", "secret"} { // with a copy of them
				site.copy("host/"+name, "elsewhere/"+name)
			}
		case strings.HasPrefix(name, "GOAPPTRACE_SERVER="):
			server.wait(`session established`)
		case command == "ssh -p 2222 host":
			desk = s
			s.wait(`continue connecting`)
			s.typed("yes")
			s.press("Enter")
			s.wait(`● app +\d+ `)
			s.wait(`✓ connected 10\..*(\n.*)+✓ TLS TLS 1\.3 .*(\n.*)+✓ secret .*(\n.*)+● established`)
			s.wait(`main\.slow `)
		case strings.HasPrefix(command, "ssh"):
			s.wait(`(main\.slow\n)+status=0`)
		default:
			s.wait(`status=0`)
		}
	}
	desk.press("x")
	desk.wait(`Shut down the session of app`)
	desk.press("y")
	server.wait(`session summed up`)
	desk.press("q")
	desk.wait(`status=0`)
}

// appSource is a program that somebody elsewhere might have.
const appSource = `package main

import "time"

func main() {
	for {
		slow()
		time.Sleep(20 * time.Millisecond)
	}
}

func slow() {
	for range 2 {
		time.Sleep(time.Millisecond)
	}
}
`

// readmeCommands are those in a section of the README, each with the machine that it is for: "host$ goapptrace serve".
func readmeCommands(t *testing.T, section string) []string {
	t.Helper()
	text, err := os.ReadFile("../README.md")
	if err != nil {
		t.Fatal(err)
	}
	_, rest, found := strings.Cut(string(text), "\n"+section+"\n")
	if !found {
		t.Fatalf("the README has no section %q", section)
	}
	rest, _, _ = strings.Cut(rest, "\n## ")
	var commands []string
	for _, match := range regexp.MustCompile(`(?m)^    (\w+\$ .*)$`).FindAllStringSubmatch(rest, -1) {
		commands = append(commands, match[1])
	}
	return commands
}
