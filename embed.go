package main

import "embed"

// runtimeSources are compiled into traced programs.
//
//go:embed protocol/*.go tracee/hook/*.go tracee/agent/*.go tracee/secure/*.go tracee/values/*.go
var runtimeSources embed.FS
