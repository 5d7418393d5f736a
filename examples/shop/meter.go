package main

import (
	"fmt"
	"sync"
	"time"
)

// meter counts answers between two reports. Its zero value is ready; it is safe for concurrent use.
type meter struct {
	mu sync.Mutex
	figures
}

type figures struct {
	requests, refused, failed int // refused: 4xx, failed: 5xx
	sum, longest              time.Duration
}

func (m *meter) add(status int, took time.Duration) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.requests++
	m.sum += took
	m.longest = max(m.longest, took)
	switch {
	case status >= 500:
		m.failed++
	case status >= 400:
		m.refused++
	}
}

// take gives the figures since the last take.
func (m *meter) take() figures {
	m.mu.Lock()
	defer m.mu.Unlock()
	f := m.figures
	m.figures = figures{}
	return f
}

// String implements [fmt.Stringer].
func (f figures) String() string {
	mean := f.sum / time.Duration(max(f.requests, 1))
	return fmt.Sprintf("%d requests, %d refused, %d failed, mean %v, longest %v",
		f.requests, f.refused, f.failed, mean.Round(time.Microsecond), f.longest.Round(time.Microsecond))
}
