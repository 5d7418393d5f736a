package session

import (
	"bufio"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
)

// How the tables in /proc/net mark a listening socket: by its state and by its flags.
const (
	tcpListening  = "0A"
	unixListening = "00010000"
)

// by turns an owner into the end of a sentence, or into nothing when it is unknown.
func by(owner string) string {
	if owner == "" {
		return ""
	}
	return " by " + owner
}

// tcpOwner says which process listens on a port, as far as Linux and this user's rights tell; otherwise "".
func tcpOwner(port int) string {
	suffix := fmt.Sprintf(":%04X", port)
	listensHere := func(fields []string) (inode string) {
		if len(fields) > 9 && fields[3] == tcpListening && strings.HasSuffix(fields[1], suffix) {
			return fields[9]
		}
		return ""
	}
	for _, table := range []string{"/proc/net/tcp", "/proc/net/tcp6"} {
		if inode := findInode(table, listensHere); inode != "" {
			return inodeOwner(inode)
		}
	}
	return ""
}

// unixOwner says which process listens on the socket at path; "" when unknown.
func unixOwner(path string) string {
	return inodeOwner(findInode("/proc/net/unix", func(fields []string) string {
		if len(fields) > 7 && fields[3] == unixListening && fields[7] == path {
			return fields[6]
		}
		return ""
	}))
}

// findInode returns the first inode that match finds among the lines of a table in /proc/net.
func findInode(table string, match func(fields []string) string) string {
	f, err := os.Open(table)
	if err != nil {
		return ""
	}
	defer f.Close()
	for lines := bufio.NewScanner(f); lines.Scan(); {
		if inode := match(strings.Fields(lines.Text())); inode != "" {
			return inode
		}
	}
	return ""
}

// inodeOwner names the process that has the socket with this inode open.
func inodeOwner(inode string) string {
	if inode == "" {
		return ""
	}
	files, _ := filepath.Glob("/proc/[0-9]*/fd/*")
	for _, file := range files {
		if target, err := os.Readlink(file); err != nil || target != "socket:["+inode+"]" {
			continue
		}
		pid := strings.Split(file, "/")[2]
		command, _ := os.ReadFile("/proc/" + pid + "/comm")
		return "pid " + pid + " (" + strconv.Quote(strings.TrimSpace(string(command))) + ")"
	}
	return ""
}
