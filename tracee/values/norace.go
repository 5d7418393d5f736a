//go:build !race

package values

// raceEnabled says that the race detector would see what we read, and report it as the program's.
const raceEnabled = false
