package store

import (
	"sync"
	"sync/atomic"
	"time"
)

// Cache remembers values for a while. It is safe for concurrent use.
type Cache[K comparable, V any] struct {
	ttl          time.Duration
	hits, misses atomic.Int64

	mu      sync.Mutex
	entries map[K]entry[V]
}

type entry[V any] struct {
	value   V
	expires time.Time
}

// NewCache gives an empty cache whose entries live for ttl.
func NewCache[K comparable, V any](ttl time.Duration) *Cache[K, V] {
	return &Cache[K, V]{ttl: ttl, entries: make(map[K]entry[V])}
}

// Get gives the value of key, which load makes when the cache has none. Two callers may load the same key at once.
func (c *Cache[K, V]) Get(key K, load func(K) (V, error)) (V, error) {
	if value, ok := c.find(key); ok {
		c.hits.Add(1)
		return value, nil
	}
	c.misses.Add(1)
	value, err := load(key)
	if err == nil {
		c.put(key, value)
	}
	return value, err
}

// Sweep forgets what has expired and gives the number of entries that it removed.
func (c *Cache[K, V]) Sweep() int {
	c.mu.Lock()
	defer c.mu.Unlock()
	now, before := time.Now(), len(c.entries)
	for key, e := range c.entries {
		if now.After(e.expires) {
			delete(c.entries, key)
		}
	}
	return before - len(c.entries)
}

// Counts gives how many calls of Get found their value, and how many had to load it.
func (c *Cache[K, V]) Counts() (hits, misses int64) {
	return c.hits.Load(), c.misses.Load()
}

func (c *Cache[K, V]) find(key K) (V, bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	e, ok := c.entries[key]
	if !ok || time.Now().After(e.expires) {
		var none V
		return none, false
	}
	return e.value, true
}

func (c *Cache[K, V]) put(key K, value V) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.entries[key] = entry[V]{value: value, expires: time.Now().Add(c.ttl)}
}
