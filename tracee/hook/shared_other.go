//go:build !linux

package hook

import "unsafe"

func openShared(string) {}

func extend(uint32, uint32, uintptr) unsafe.Pointer { return nil }
