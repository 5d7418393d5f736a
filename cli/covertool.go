package cli

import "os"

// coverCommand is what the go command starts us with, for each of its tools, when coverage is measured. It isn't for users.
const coverCommand = "cover-tool"

// toolExec is the command that calls [goapptrace/instrument.CoverTool], or nil if we don't know where we are.
func toolExec() []string {
	self, err := os.Executable()
	if err != nil {
		return nil
	}
	return []string{self, coverCommand}
}
