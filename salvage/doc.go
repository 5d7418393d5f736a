// Package salvage reads what a program that died has left in the memory that it shared with its viewer: the calls that it
// recorded, and had no time to send.
//
// A viewer keeps a [Receipt] of what each connection brings. When a connection breaks, and the program is gone, [Open]
// its file and call [File.Remains]: the packets that would have come, to be taken in as if they had. Together with those that came they tell of
// every event exactly once.
//
// The file is laid out by package hook (shared.go there). It is written by a program that anything may have happened to, so
// nothing in it is believed without a look.
package salvage
