package main

// module is a public module whose tests are run, at a version that doesn't change.
type module struct {
	path, version string
	packages      []string // whose tests are run; ./... when empty
	race          bool     // with the race detector
	kind          string   // why it is here
}

var modules = []module{
	{path: "github.com/mattn/go-sqlite3", version: "v1.14.53", kind: "cgo, callbacks from C"},
	{path: "github.com/zyedidia/generic", version: "v1.2.1", kind: "generics everywhere"},
	{path: "github.com/gorilla/websocket", version: "v1.5.3", kind: "goroutines and sockets, go 1.12"},
	{path: "github.com/gorilla/websocket", version: "v1.5.3", race: true, kind: "the race detector, on goroutines and sockets"},
	{path: "github.com/google/go-cmp", version: "v0.7.0", kind: "reflection, panics, unsafe pointers"},
	{path: "github.com/google/go-cmp", version: "v0.7.0", race: true, kind: "the race detector, on reflection"},
	{path: "github.com/spf13/cobra", version: "v1.10.2", kind: "dependencies of its own, output to the byte"},
	{path: "github.com/tidwall/gjson", version: "v1.18.0", kind: "a hot parser, random input"},
	{path: "github.com/alecthomas/chroma/v2", version: "v2.27.0", kind: "tests of 300 lexers, embedded files"},
	{path: "github.com/evanw/esbuild", version: "v0.25.9", kind: "large: 146,000 lines, parallel, functions of 1,000 lines"},
	{path: "github.com/yuin/goldmark", version: "v1.8.7", kind: "limits of time, recursive parser, many small methods"},
}
