package orders

import (
	"errors"
	"log/slog"
	"strings"
	"testing"
	"testing/synctest"

	"goapptrace/examples/shop/pool"
	"goapptrace/examples/shop/store"
)

// bank charges or declines, as its error says.
type bank struct{ err error }

func (b bank) Charge(string, int) error { return b.err }

// shelf gives a service over product 1 (one piece costs cents) with that many pieces, and ends its workers.
func shelf(t *testing.T, b Bank, cents, pieces int) *Service {
	t.Helper()
	db := store.Open(store.NewDisk(1))
	err := errors.Join(
		db.Save(store.ProductKey(1), store.Product{ID: 1, Price: cents, Category: "home/seats"}),
		db.Save(store.StockKey(1), store.Stock{Pieces: pieces}))
	if err != nil {
		t.Fatal(err)
	}
	jobs := pool.New(1, 10, slog.New(slog.DiscardHandler))
	t.Cleanup(jobs.Close)
	return New(db, b, jobs)
}

func pieces(t *testing.T, s *Service) int {
	t.Helper()
	var have store.Stock
	if err := s.db.Load(store.StockKey(1), &have); err != nil {
		t.Fatal(err)
	}
	return have.Pieces
}

func TestPlace(t *testing.T) {
	declined := bank{ErrDeclined}
	tests := []struct {
		name        string
		bank        Bank
		order       store.Order
		err         error
		total, left int
	}{
		{"small", bank{}, ask(1, 2), nil, 20_000, 8},
		{"discount", bank{}, ask(1, 3), nil, 28_500, 7},
		{"sold out", bank{}, ask(1, 11), ErrSoldOut, 0, 10},
		{"second line sold out", bank{}, ask(1, 6, 1, 6), ErrSoldOut, 0, 10},
		{"declined", declined, ask(1, 2), ErrDeclined, 0, 10},
		{"unknown product", bank{}, ask(2, 1), store.ErrNotFound, 0, 10},
		{"no pieces", bank{}, ask(1, 0), ErrInvalid, 0, 10},
		{"no lines", bank{}, ask(), ErrInvalid, 0, 10},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				s := shelf(t, test.bank, 10_000, 10)
				order, err := s.Place(test.order)
				if !errors.Is(err, test.err) {
					t.Fatalf("error %v, want %v", err, test.err)
				}
				if err == nil && (order.ID != 1 || order.Total != test.total) {
					t.Errorf("order %d costs %d, want order 1 at %d", order.ID, order.Total, test.total)
				}
				if left := pieces(t, s); left != test.left {
					t.Errorf("%d pieces left, want %d", left, test.left)
				}
			})
		})
	}
}

// ask makes an order from pairs of product and pieces.
func ask(pairs ...int) store.Order {
	order := store.Order{Customer: "Ada"}
	for i := 0; i < len(pairs); i += 2 {
		order.Lines = append(order.Lines, store.Line{Product: pairs[i], Pieces: pairs[i+1]})
	}
	return order
}

func TestRestockFillsOnlyLowShelves(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := shelf(t, bank{}, 100, 10)
		for _, c := range []struct{ low, want int }{{5, 0}, {11, 1}, {11, 0}} {
			if got, err := s.Restock(c.low); err != nil || got != c.want {
				t.Errorf("Restock(%d) = %d, %v, want %d", c.low, got, err, c.want)
			}
		}
		if got := pieces(t, s); got != restocked {
			t.Errorf("%d pieces, want %d", got, restocked)
		}
	})
}

func TestReceiptNamesTheOrder(t *testing.T) {
	order := ask(3, 2)
	order.ID, order.Total = 12, 4_205
	text := render(order)
	for _, want := range []string{"order 12 for Ada", "2 × product 3", "total 42.05"} {
		if !strings.Contains(text, want) {
			t.Errorf("the receipt lacks %q:\n%s", want, text)
		}
	}
	if seal(text) == seal(text+" ") {
		t.Error("two receipts have the same seal")
	}
}

func TestGiftToNobodyFailsItsReceipt(t *testing.T) {
	defer func() {
		if recover() == nil {
			t.Error("the shop has lost the bug that it is there to show")
		}
	}()
	_ = sendReceipt(store.Order{Customer: "Ada", Gift: true})
}
