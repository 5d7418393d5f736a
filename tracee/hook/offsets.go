package hook

// Offsets in bytes: of curg in runtime.m, and of the other fields in runtime.g. Zero means unknown. The build that
// compiles this package into a program replaces the file by one with the values of that program's toolchain.
var mCurg, gGoid, gPanic, gParentGoid, gGopc, gStartpc uintptr
