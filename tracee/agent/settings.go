package agent

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"strings"
)

// maxSettingFile bounds a file that the environment names, in bytes.
const maxSettingFile = 1 << 20

// readSetting reads the file that a variable of the environment names. Its error has the variable's name alone: what it
// holds may be a secret that was put into the wrong one.
func readSetting(name, path string) ([]byte, error) {
	data, err := readRegular(path)
	var where *fs.PathError
	if errors.As(err, &where) {
		err = where.Err
	}
	if err != nil {
		return nil, fmt.Errorf("read the file that %s names: %w", name, err)
	}
	return data, nil
}

// readRegular leaves alone what it might have to wait for, such as a pipe.
func readRegular(path string) ([]byte, error) {
	info, err := os.Stat(path)
	if err != nil {
		return nil, err
	}
	if !info.Mode().IsRegular() {
		return nil, errors.New("it is no regular file")
	}
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	data, err := io.ReadAll(io.LimitReader(f, maxSettingFile+1))
	if err == nil && len(data) > maxSettingFile {
		err = fmt.Errorf("it has more than %d bytes", maxSettingFile)
	}
	return data, err
}

// hasSecret says whether there is a secret to tell the viewer, perhaps in a file that nobody has read yet.
func (c *config) hasSecret() bool { return c.secret != "" || c.secretFile != "" }

// knownSecret is the viewer's secret: the one in the environment or, without that, the one in a file.
func (c *config) knownSecret() (string, error) {
	if c.secret != "" || c.secretFile == "" {
		return c.secret, nil
	}
	data, err := readSetting("GOAPPTRACE_SECRET_FILE", c.secretFile)
	return strings.TrimRight(string(data), "\r\n"), err
}
