// Package protocol stands in for the real one.
package protocol

// Same is generic, and ranges over an integer.
func Same[T any](n int) (s []T) {
	for range n {
		s = append(s, *new(T))
	}
	return s
}
