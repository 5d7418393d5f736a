// Package secure stands in for the real one.
package secure

import (
	_ "crypto/tls" // as the real one does
	"os"
)

// Linked leaves a symbol in the program.
var Linked = len(os.Args) > 0
