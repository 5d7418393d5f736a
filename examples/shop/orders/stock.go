package orders

import (
	"fmt"

	"goapptrace/examples/shop/store"
)

// restocked is how many pieces a delivery brings a product up to.
const restocked = 200

// Restock brings every product that has fewer than low pieces back to a full shelf and gives how many it found.
func (s *Service) Restock(low int) (int, error) {
	filled := 0
	for _, key := range s.db.Keys("stock/") {
		did, err := s.refill(key, low)
		if err != nil {
			return filled, err
		}
		if did {
			filled++
		}
	}
	return filled, nil
}

func (s *Service) refill(key string, low int) (bool, error) {
	s.stock.Lock()
	defer s.stock.Unlock()
	var have store.Stock
	if err := s.db.Load(key, &have); err != nil || have.Pieces >= low {
		return false, err
	}
	return true, s.db.Save(key, store.Stock{Pieces: restocked})
}

// reserve takes all lines from the shelf, or none.
func (s *Service) reserve(lines []store.Line) error {
	for i, line := range lines {
		if err := s.take(line.Product, line.Pieces); err != nil {
			if undo := s.putBack(lines[:i]); undo != nil {
				return undo
			}
			return err
		}
	}
	return nil
}

func (s *Service) putBack(lines []store.Line) error {
	for _, line := range lines {
		if err := s.take(line.Product, -line.Pieces); err != nil {
			return err
		}
	}
	return nil
}

func (s *Service) take(product, pieces int) error {
	s.stock.Lock()
	defer s.stock.Unlock()
	var have store.Stock
	if err := s.db.Load(store.StockKey(product), &have); err != nil {
		return err
	}
	if have.Pieces < pieces {
		return fmt.Errorf("%w: product %d has %d of %d pieces", ErrSoldOut, product, have.Pieces, pieces)
	}
	have.Pieces -= pieces
	return s.db.Save(store.StockKey(product), have)
}
