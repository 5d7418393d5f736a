package hook

var mCurg, gGoid uintptr
