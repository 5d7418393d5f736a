package bigstore

import (
	"runtime"
	"sync"
	"time"
)

// catchUp is by how much events that are late may be: a machine with too much to do leaves the rest out.
const catchUp = 50 * time.Millisecond

// Feed has events arrive in the large session at the store's rate, in batches and paced by the clock, until stop is called. That returns how many
// came a second: fewer than the rate when the machine was too busy to make them.
func (st *Store) Feed() (stop func() (perSecond float64)) {
	done, sent, began := make(chan struct{}), 0, time.Now()
	var feeding sync.WaitGroup
	feeding.Go(func() {
		runtime.LockOSThread()
		defer runtime.UnlockOSThread()
		const pace = batchEvents * time.Second
		each := pace / time.Duration(st.Size.Rate)
		ticker := time.NewTicker(each)
		defer ticker.Stop()
		for due := began; ; {
			select {
			case <-done:
				return
			case now := <-ticker.C:
				if late := now.Add(-catchUp); due.Before(late) {
					due = late
				}
				for ; due.Before(now); due = due.Add(each) {
					st.batch(time.Since(st.begin).Nanoseconds())
					sent += batchEvents
				}
				if st.Fed != nil {
					st.Fed()
				}
			}
		}
	})
	return func() float64 {
		close(done)
		feeding.Wait()
		return float64(sent) / time.Since(began).Seconds()
	}
}
