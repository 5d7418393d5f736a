package attach

import (
	"slices"

	"goapptrace/ui"
)

// self is the number that this viewer has here: at the other end it is another one with each connection.
const self = 1 << 63

// others are who else looks at the store, as a [ui.Company].
type others struct{ client *Client }

// Viewers implements [ui.Company], as do the next.
func (o others) Viewers() []ui.Viewer {
	o.client.mu.Lock()
	defer o.client.mu.Unlock()
	viewers := slices.Clone(o.client.company.Viewers)
	for i := range viewers {
		if viewers[i].ID == o.client.welcome.Self {
			viewers[i].ID = self
		}
	}
	return viewers
}

func (o others) Deeds() []ui.Deed {
	o.client.mu.Lock()
	defer o.client.mu.Unlock()
	deeds := slices.Clone(o.client.company.Deeds)
	for i := range deeds {
		if deeds[i].Viewer == o.client.welcome.Self {
			deeds[i].Viewer = self
		}
	}
	return deeds
}

func (o others) Changed() <-chan struct{} {
	o.client.mu.Lock()
	defer o.client.mu.Unlock()
	return o.client.joining
}
