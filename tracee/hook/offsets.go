package hook

// The offsets of runtime.m's curg and of runtime.g's goid, in bytes. Zero means unknown. The build that
// compiles this package into a program replaces the file by one with the values of that program's toolchain.
var mCurg, gGoid uintptr
