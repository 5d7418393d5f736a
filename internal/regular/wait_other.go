//go:build !unix

package regular

// dontWait is for pipes among the files, which this system has none of.
const dontWait = 0
