package instrument

import (
	"crypto/rand"
	"crypto/sha256"
	"fmt"
	"io"
	"os"
	"runtime/debug"
	"sync"
)

// headSize is where the go command looks for an executable's build ID, in bytes from its start, whatever the format. The ID
// differs with all that the executable is made of.
const headSize = 32 << 10

// programID tells this program from those that might rewrite otherwise. Where the build ID was left out by -ldflags, version,
// size and time tell.
var programID = sync.OnceValue(func() string {
	id, err := identify()
	if err != nil {
		return rand.Text() // nobody else has that, so nothing that is kept under it will be found
	}
	return id
})

func identify() (string, error) {
	name, err := os.Executable()
	if err != nil {
		return "", err
	}
	file, err := os.Open(name)
	if err != nil {
		return "", err
	}
	defer func() { _ = file.Close() }()
	info, err := file.Stat()
	if err != nil {
		return "", err
	}
	sum := sha256.New()
	build, _ := debug.ReadBuildInfo()
	fmt.Fprintln(sum, build, info.Size(), info.ModTime().UnixNano())
	if _, err := io.CopyN(sum, file, headSize); err != nil {
		return "", err
	}
	return fmt.Sprintf("%x", sum.Sum(nil)), nil
}
