package hook

import (
	"sync/atomic"
	"syscall"
	"unsafe"
)

// The file's name, and where what it holds ends.
var (
	sharedPath string
	sharedEnd  atomic.Uint64
)

// maxImages is how many programs may follow each other in one process by exec, and record into files of their own.
const maxImages = 64

// openShared makes the file in the directory. If it can't, nothing is shared.
func openShared(dir string) {
	pid := itoa(syscall.Getpid())
	for image := range maxImages {
		path := dir + "/" + pid + ".rings"
		if image > 0 {
			path = dir + "/" + pid + "." + itoa(image) + ".rings"
		}
		const flags = syscall.O_RDWR | syscall.O_CREAT | syscall.O_EXCL | syscall.O_CLOEXEC | syscall.O_NOFOLLOW
		fd, err := syscall.Open(path, flags, 0o600)
		if err == syscall.EEXIST {
			continue
		}
		if err != nil {
			return
		}
		_ = syscall.Close(fd)
		sharedPath = path
		break
	}
	const size = unsafe.Sizeof(sharedHead{})
	h := (*sharedHead)(mapNew(size, func(uint64) bool { return true }))
	if h == nil {
		_ = syscall.Unlink(sharedPath)
		return
	}
	var now syscall.Timeval
	_ = syscall.Gettimeofday(&now)
	h.wall, h.mono = now.Nano(), nanotime()
	_, _ = syscall.Readlink("/proc/self/exe", h.exe[:len(h.exe)-1])
	h.stages[0].session = 1 // a first viewer has nothing yet
	store64(&h.magic, sharedMagic)
	shared = h
}

// extend makes the file longer by an extent. It returns nil if it can't.
func extend(kind, index uint32, bytes uintptr) unsafe.Pointer {
	return mapNew(bytes, func(offset uint64) bool { return shared.list(kind, index, offset, uint64(roundUp(bytes))) })
}

// mapNew maps so many more bytes of the file, if note agrees, which is told where they lie. The file is opened each time, so that the program finds no
// descriptor that it doesn't know. The space is reserved: in a file system that is full, to touch memory that isn't would be fatal.
func mapNew(bytes uintptr, note func(offset uint64) bool) unsafe.Pointer {
	bytes = roundUp(bytes)
	fd, err := syscall.Open(sharedPath, syscall.O_RDWR|syscall.O_CLOEXEC|syscall.O_NOFOLLOW, 0)
	if err != nil {
		return nil
	}
	defer func() { _ = syscall.Close(fd) }()
	offset := sharedEnd.Add(uint64(bytes)) - uint64(bytes)
	if !allowed(offset + uint64(bytes)) {
		return nil
	}
	if !reserve(fd, int64(offset), int64(bytes)) {
		return nil
	}
	b, err := syscall.Mmap(fd, int64(offset), int(bytes), syscall.PROT_READ|syscall.PROT_WRITE, syscall.MAP_SHARED)
	if err != nil {
		return nil
	}
	p := unsafe.Pointer(unsafe.SliceData(b))
	if !note(offset) {
		release(p, bytes)
		return nil
	}
	return p
}

// reserve gives a part of the file its memory, piece by piece: some kernels drop all that they have reserved when a signal comes, a
// profiler's for example, and signals may come more often than a ring takes.
func reserve(fd int, offset, bytes int64) bool {
	const piece, patience = 256 << 10, 100
	var fs syscall.Statfs_t
	if syscall.Fstatfs(fd, &fs) != nil || fs.Blocks > 0 && !spare(uint64(bytes), fs.Bavail*uint64(fs.Bsize)) {
		return false
	}
	interrupted := 0
	for done := int64(0); done < bytes; {
		n := min(piece, bytes-done)
		switch err := syscall.Fallocate(fd, 0, offset+done, n); {
		case err == nil:
			done += n
		case err == syscall.EINTR && interrupted < patience:
			interrupted++
		default:
			const giveBack = 1 | 2 // FALLOC_FL_KEEP_SIZE | FALLOC_FL_PUNCH_HOLE
			_ = syscall.Fallocate(fd, giveBack, offset, bytes)
			return false
		}
	}
	return true
}

// spare says whether bytes can be taken of what is free without being missed: the program may need some, too.
func spare(bytes, free uint64) bool { return 4*bytes <= free }

// allowed says whether the program may make a file that long: to try it would raise a signal.
func allowed(bytes uint64) bool {
	var limit syscall.Rlimit
	return syscall.Getrlimit(syscall.RLIMIT_FSIZE, &limit) == nil && bytes <= limit.Cur
}

// roundUp is the size of whole pages.
func roundUp(bytes uintptr) uintptr {
	page := uintptr(max(syscall.Getpagesize(), sharedUnit))
	return (bytes + page - 1) &^ (page - 1)
}

func itoa(n int) string {
	var buf [20]byte
	i := len(buf)
	for ok := true; ok; ok = n > 0 {
		i--
		buf[i] = byte('0' + n%10)
		n /= 10
	}
	return string(buf[i:])
}
