package main

// module is a public module whose tests are run, at a version that doesn't change.
type module struct {
	path, version string
	packages      []string // whose tests are run; ./... when empty
	kind          string   // why it is here
	skip          string   // pattern of tests that hooks can't pass, for the reason given beside it
}

var modules = []module{
	{path: "github.com/mattn/go-sqlite3", version: "v1.14.53", kind: "cgo, callbacks from C"},
	{path: "github.com/zyedidia/generic", version: "v1.2.1", kind: "generics everywhere"},
	{path: "github.com/gorilla/websocket", version: "v1.5.3", kind: "goroutines and sockets, go 1.12"},
	{path: "github.com/alecthomas/chroma/v2", version: "v2.27.0", kind: "tests of 300 lexers, embedded files"},
	{path: "github.com/evanw/esbuild", version: "v0.25.9", kind: "large: 146,000 lines, parallel, functions of 1,000 lines"},
	{
		path: "github.com/yuin/goldmark", version: "v1.8.7", kind: "recursive parser, many small methods",
		// A limit of 5 s for 120 million calls of functions that the compiler would put in line.
		skip: "^TestDeepNestedLabelPerformance$",
	},
}
