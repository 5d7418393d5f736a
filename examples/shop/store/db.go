// Package store keeps the shop's products and orders in memory: encoded rows behind one lock,
// reached through a [Disk] that takes the time a real one would. Call [Open] first.
package store

import (
	"encoding/json"
	"errors"
	"fmt"
	"sort"
	"strings"
	"sync"
)

// ErrNotFound says that no row has the key.
var ErrNotFound = errors.New("store: no such row")

// DB is a table of JSON rows by key. It is safe for concurrent use.
type DB struct {
	disk *Disk

	mu   sync.RWMutex
	rows map[string][]byte
}

// Open gives an empty DB whose rows lie on disk.
func Open(disk *Disk) *DB {
	return &DB{disk: disk, rows: make(map[string][]byte)}
}

// Load decodes the row of key into the value that into points to, or gives [ErrNotFound].
func (db *DB) Load(key string, into any) error {
	row, ok := db.read(key)
	if !ok {
		return fmt.Errorf("%w: %q", ErrNotFound, key)
	}
	return decode(row, into)
}

// Save writes value as the row of key.
func (db *DB) Save(key string, value any) error {
	row, err := json.Marshal(value)
	if err != nil {
		return fmt.Errorf("store: can't encode the row %q: %w", key, err)
	}
	db.disk.Access()
	db.mu.Lock()
	defer db.mu.Unlock()
	db.rows[key] = row
	return nil
}

// Keys gives the keys that begin with prefix, sorted.
func (db *DB) Keys(prefix string) []string {
	db.mu.RLock()
	defer db.mu.RUnlock()
	var keys []string
	for key := range db.rows {
		if strings.HasPrefix(key, prefix) {
			keys = append(keys, key)
		}
	}
	sort.Strings(keys)
	return keys
}

func (db *DB) read(key string) ([]byte, bool) {
	db.disk.Access()
	db.mu.RLock()
	defer db.mu.RUnlock()
	row, ok := db.rows[key]
	return row, ok
}

func decode(row []byte, into any) error {
	if err := json.Unmarshal(row, into); err != nil {
		return fmt.Errorf("store: damaged row: %w", err)
	}
	return nil
}
