package orders

import (
	"fmt"
	"math/rand/v2"
	"sync"
	"time"
)

// slowBank answers after 1 to 6 ms, seldom after 40 ms, and declines one charge in declineOneIn.
type slowBank struct {
	declineOneIn int

	mu   sync.Mutex
	rand *rand.Rand
}

// NewBank gives a bank of uneven temper that declines one charge in declineOneIn, and whose moods follow from seed.
func NewBank(seed uint64, declineOneIn int) Bank {
	return &slowBank{declineOneIn: declineOneIn, rand: rand.New(rand.NewPCG(seed, 3))}
}

// Charge implements [Bank].
func (b *slowBank) Charge(customer string, cents int) error {
	wait, declined := b.mood()
	time.Sleep(wait)
	if declined {
		return fmt.Errorf("%w: %d cents of %q", ErrDeclined, cents, customer)
	}
	return nil
}

func (b *slowBank) mood() (time.Duration, bool) {
	b.mu.Lock()
	defer b.mu.Unlock()
	wait := time.Duration(1_000+b.rand.IntN(5_000)) * time.Microsecond
	if b.rand.IntN(50) == 0 {
		wait = 40 * time.Millisecond
	}
	return wait, b.rand.IntN(b.declineOneIn) == 0
}
