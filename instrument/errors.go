package instrument

import (
	"errors"
	"fmt"
	"strings"
)

// ExitError says that the go command ended with a status other than zero.
type ExitError struct {
	Command string
	Status  int
	Output  []byte // what it printed, if that has not been passed on
}

func (e *ExitError) Error() string {
	msg := fmt.Sprintf("%s: exit status %d", e.Command, e.Status)
	if out := strings.TrimSpace(string(e.Output)); out != "" {
		msg += "\n" + out
	}
	return msg
}

// DefectError says that a program can be built as it is, but not with hooks.
type DefectError struct {
	Output []byte // what the go command said about the program with hooks
}

func (e *DefectError) Error() string {
	return "the program builds, but not with hooks in it; this is a defect of goapptrace, please report it with these lines:\n" +
		strings.TrimSpace(string(e.Output))
}

// ErrNothingToHook says that no package of a main module takes part in a build.
var ErrNothingToHook = errors.New("nothing to hook: none of the packages belongs to the main module; " +
	"name a package of the module around the current directory, or .go files")
