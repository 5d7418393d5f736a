package cli

import "goapptrace/protocol"

// Bounds on the go statements that a peer can make us remember.
const (
	mostSites     = 1 << 13
	mostSiteBytes = 4 << 20
)

// site is a go statement, and the function that the goroutines which it starts begin with.
type site struct {
	entry, creator, file protocol.Text
	line                 uint64
}

// goroutines takes in where goroutines come from.
func (t *trace) goroutines(p *protocol.GoroutinesPacket) {
	for i := range min(len(p.SiteIDs), len(p.Entries), len(p.Creators), len(p.Files), len(p.Lines)) {
		size := len(p.Entries[i]) + len(p.Creators[i]) + len(p.Files[i])
		if t.sites[p.SiteIDs[i]] != nil || len(t.sites) >= mostSites || t.siteBytes+size > mostSiteBytes {
			continue
		}
		t.sites[p.SiteIDs[i]] = &site{p.Entries[i], p.Creators[i], p.Files[i], p.Lines[i]}
		t.siteBytes += size
	}
	for i := range min(len(p.IDs), len(p.Parents), len(p.Sites)) {
		t.out.goroutine(p.IDs[i], p.Parents[i], t.sites[p.Sites[i]])
	}
}
