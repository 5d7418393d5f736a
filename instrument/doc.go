// Package instrument builds Go programs with a hook in every function.
package instrument
