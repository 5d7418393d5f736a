//go:build !unix

package remote

import "os"

// hasOwners says whether files here have owners, and modes that mean something.
const hasOwners = false

func checkOwner(string, os.FileInfo) error { return nil }
