package orders

import (
	"goapptrace/examples/shop/store"
)

// item is a line of an order with what the catalogue says about it.
type item struct {
	product store.Product
	pieces  int
}

// items loads the products of the lines one at a time: the classic N+1 lookup, here to be found by watching.
func (s *Service) items(lines []store.Line) ([]item, error) {
	items := make([]item, 0, len(lines))
	for _, line := range lines {
		var p store.Product
		if err := s.db.Load(store.ProductKey(line.Product), &p); err != nil {
			return nil, err
		}
		items = append(items, item{p, line.Pieces})
	}
	return items, nil
}

func (s *Service) price(items []item) int {
	total := 0
	for _, it := range items {
		total += it.product.Price * it.pieces
	}
	return s.discount.apply(items, total)
}

// rule turns a price (cents) into a lower one.
type rule interface {
	apply(items []item, cents int) int
}

// season is the discount of the day: rules within rules.
func season() rule {
	return all{
		above{20_000, percent(5)},
		inCategory{"home/light", all{percent(3), above{50_000, percent(2)}}},
	}
}

type percent int

func (p percent) apply(_ []item, cents int) int { return cents - cents*int(p)/100 }

type above struct {
	cents int
	then  rule
}

func (a above) apply(items []item, cents int) int {
	if cents <= a.cents {
		return cents
	}
	return a.then.apply(items, cents)
}

type inCategory struct {
	name string
	then rule
}

func (c inCategory) apply(items []item, cents int) int {
	for _, it := range items {
		if it.product.Category == c.name {
			return c.then.apply(items, cents)
		}
	}
	return cents
}

type all []rule

func (rules all) apply(items []item, cents int) int {
	for _, r := range rules {
		cents = r.apply(items, cents)
	}
	return cents
}
