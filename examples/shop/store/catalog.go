package store

import (
	"fmt"
	"math/rand/v2"
)

var (
	colours    = []string{"amber", "blue", "copper", "green", "ivory", "plum", "slate", "white"}
	things     = []string{"bowl", "chair", "clock", "jug", "kettle", "lamp", "shelf", "stool", "table", "vase"}
	categories = []string{"home/kitchen/table", "home/light", "home/seats", "home/storage"}
)

// Fill saves a catalogue of products, with their stocks, that follows from seed.
func Fill(db *DB, products int, seed uint64) error {
	rnd := rand.New(rand.NewPCG(seed, 2))
	for id := 1; id <= products; id++ {
		p := Product{
			ID:       id,
			Name:     pick(rnd, colours) + " " + pick(rnd, things),
			Category: pick(rnd, categories),
			Price:    500 + 50*rnd.IntN(400),
		}
		if err := fillOne(db, p, 60+rnd.IntN(140)); err != nil {
			return fmt.Errorf("store: can't fill the catalogue: %w", err)
		}
	}
	return nil
}

func fillOne(db *DB, p Product, pieces int) error {
	if err := db.Save(ProductKey(p.ID), p); err != nil {
		return err
	}
	return db.Save(StockKey(p.ID), Stock{Pieces: pieces})
}

func pick(rnd *rand.Rand, from []string) string { return from[rnd.IntN(len(from))] }
