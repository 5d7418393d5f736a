// Package orders takes the shop's orders: it checks them, finds their price, reserves the pieces, asks for the
// money and has the customer told. Call [New], then [Service.Place].
package orders

import (
	"errors"
	"fmt"
	"sync"
	"sync/atomic"

	"goapptrace/examples/shop/pool"
	"goapptrace/examples/shop/store"
)

// What may be wrong with an order. Errors of [Service.Place] wrap one of these or one of the store's.
var (
	ErrInvalid  = errors.New("orders: invalid order")
	ErrSoldOut  = errors.New("orders: sold out")
	ErrDeclined = errors.New("orders: payment declined")
)

// Bank takes a customer's money: cents. Its error wraps [ErrDeclined] when it won't.
type Bank interface {
	Charge(customer string, cents int) error
}

// Service places orders. It is safe for concurrent use.
type Service struct {
	db       *store.DB
	bank     Bank
	jobs     *pool.Pool
	discount rule
	last     atomic.Int64

	stock sync.Mutex // held from reading a stock to writing it
}

// New gives a service that keeps its orders in db and has receipts written by jobs.
func New(db *store.DB, bank Bank, jobs *pool.Pool) *Service {
	return &Service{db: db, bank: bank, jobs: jobs, discount: season()}
}

// Place carries an order out and gives it with its number and its price.
func (s *Service) Place(order store.Order) (store.Order, error) {
	if err := validate(order); err != nil {
		return order, err
	}
	items, err := s.items(order.Lines)
	if err != nil {
		return order, err
	}
	order.Total = s.price(items)
	if err := s.reserve(order.Lines); err != nil {
		return order, err
	}
	if err := s.bank.Charge(order.Customer, order.Total); err != nil {
		return order, errors.Join(err, s.putBack(order.Lines))
	}
	return s.accept(order)
}

// Find gives the order of a number.
func (s *Service) Find(id int64) (store.Order, error) {
	var order store.Order
	err := s.db.Load(store.OrderKey(id), &order)
	return order, err
}

// Last gives the number of the newest order, 0 when there is none.
func (s *Service) Last() int64 { return s.last.Load() }

func (s *Service) accept(order store.Order) (store.Order, error) {
	order.ID = s.last.Add(1)
	if err := s.db.Save(store.OrderKey(order.ID), order); err != nil {
		return order, err
	}
	s.confirm(order)
	return order, nil
}

// confirm queues the receipt. A full queue costs the customer a mail, not the order.
func (s *Service) confirm(order store.Order) {
	_ = s.jobs.Submit(pool.Job{
		Name: fmt.Sprintf("receipt of order %d", order.ID),
		Run:  func() error { return sendReceipt(order) },
	})
}

func validate(order store.Order) error {
	if order.Customer == "" {
		return fmt.Errorf("%w: no customer", ErrInvalid)
	}
	if len(order.Lines) == 0 {
		return fmt.Errorf("%w: no lines", ErrInvalid)
	}
	for _, line := range order.Lines {
		if line.Pieces < 1 {
			return fmt.Errorf("%w: %d pieces of product %d", ErrInvalid, line.Pieces, line.Product)
		}
	}
	return nil
}
