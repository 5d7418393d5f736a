package instrument

import (
	"slices"
	"strings"
)

// stayPure keeps a program free of C that is free of it. The agent imports package net, which is linked with C where
// it can be, and such a program differs: the runtime doesn't notice that all goroutines are blocked for good, system
// calls can't be made on all threads, and the file needs the C library of the place where it runs.
func (p *planner) stayPure(packages []*listed) {
	usesC := slices.ContainsFunc(packages, func(pkg *listed) bool { return pkg.ImportPath == "runtime/cgo" })
	if usesC || p.env.CGO_ENABLED != "1" {
		return
	}
	tags, _ := p.flag("tags")
	all := strings.FieldsFunc(tags, func(r rune) bool { return strings.ContainsRune(", '\"", r) })
	p.flags = append(without(p.flags, "tags"), "-tags="+strings.Join(append(all, "netgo"), ","))
}
