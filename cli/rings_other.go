//go:build !linux

package cli

import "os"

// Elsewhere there are no such files, and nobody can say whether a process is the one that it was.

func inMemory(string) bool           { return false }
func procFile(int64, string) string  { return "" }
func mapped(int64, os.FileInfo) bool { return true }
func ownFile(os.FileInfo) bool       { return false }
func processSpace() string           { return "" }
func startOf(int64) string           { return "" }
func runsFrom(string) bool           { return true }
