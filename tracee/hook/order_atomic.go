//go:build !(amd64 || s390x)

package hook

import "sync/atomic"

// load and store order memory as an acquire load and a release store do.
//
//go:norace
func load(p *uint32) uint32 { return atomic.LoadUint32(p) }

//go:norace
func store(p *uint32, v uint32) { atomic.StoreUint32(p, v) }

//go:norace
func load64(p *uint64) uint64 { return atomic.LoadUint64(p) }

//go:norace
func store64(p *uint64, v uint64) { atomic.StoreUint64(p, v) }
