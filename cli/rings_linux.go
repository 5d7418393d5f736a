package cli

import (
	"bufio"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"syscall"

	"golang.org/x/sys/unix"
)

// inMemory says whether files in the directory never reach a disk, where writing to memory could have to wait for it.
func inMemory(dir string) bool {
	var fs unix.Statfs_t
	return unix.Statfs(dir, &fs) == nil && fs.Type == unix.TMPFS_MAGIC
}

func procFile(pid int64, name string) string { return fmt.Sprintf("/proc/%d/%s", pid, name) }

// mapped says whether a process has the file in its memory. When nobody may know, it has.
func mapped(pid int64, info os.FileInfo) bool {
	stat, ok := info.Sys().(*syscall.Stat_t)
	f, err := os.Open(procFile(pid, "maps"))
	if !ok || err != nil {
		return errors.Is(err, fs.ErrPermission)
	}
	defer f.Close()
	inode := fmt.Sprint(stat.Ino)
	for lines := bufio.NewScanner(f); lines.Scan(); {
		// address, permissions, offset, device, inode, path
		if fields := strings.Fields(lines.Text()); len(fields) > 5 && fields[4] == inode && strings.Contains(lines.Text(), ringsSuffix) {
			return true
		}
	}
	return false
}

// ownFile says whether a file belongs to this user.
func ownFile(info os.FileInfo) bool {
	stat, ok := info.Sys().(*syscall.Stat_t)
	return ok && int(stat.Uid) == os.Getuid()
}

// processSpace is where process IDs mean something: this boot, and this namespace.
func processSpace() string {
	boot, err := os.ReadFile("/proc/sys/kernel/random/boot_id")
	space, linkErr := os.Readlink("/proc/self/ns/pid")
	if err != nil || linkErr != nil {
		return ""
	}
	return strings.TrimSpace(string(boot)) + space
}

// startOf is when a process began, in a unit of the kernel's; "" if there is no such process.
func startOf(pid int64) string {
	stat, err := os.ReadFile(procFile(pid, "stat"))
	if err != nil {
		return ""
	}
	const start = 22 - 3 // fields behind the name, which may hold anything
	fields := strings.Fields(string(stat[strings.LastIndexByte(string(stat), ')')+1:]))
	if len(fields) <= start || fields[0] == "Z" {
		return ""
	}
	return fields[start]
}

// runsFrom says whether a process runs a program in the directory.
func runsFrom(dir string) bool {
	links, _ := filepath.Glob("/proc/[0-9]*/exe")
	for _, link := range links {
		if exe, err := os.Readlink(link); err == nil && strings.HasPrefix(exe, dir+"/") {
			return true
		}
	}
	return false
}
