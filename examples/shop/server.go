package main

import (
	"encoding/json"
	"errors"
	"log/slog"
	"net/http"
	"strconv"
	"strings"
	"sync"
	"time"

	"goapptrace/examples/shop/orders"
	"goapptrace/examples/shop/store"
)

const (
	catalogTTL = 2 * time.Second
	lowStock   = 60
	alike      = 3 // products shown beside a product
)

// Server answers the shop's requests.
type Server struct {
	db      *store.DB
	orders  *orders.Service
	catalog *store.Cache[int, store.Product]
	meter   meter
	log     *slog.Logger
}

// NewServer gives a server over db that has orders placed by service.
func NewServer(db *store.DB, service *orders.Service, log *slog.Logger) *Server {
	return &Server{db: db, orders: service, catalog: store.NewCache[int, store.Product](catalogTTL), log: log}
}

// Handler gives the routes, all of them metered.
func (s *Server) Handler() http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("GET /health", s.health)
	mux.HandleFunc("GET /products", s.search)
	mux.HandleFunc("GET /products/{id}", s.product)
	mux.HandleFunc("GET /orders/{id}", s.order)
	mux.HandleFunc("POST /orders", s.buy)
	return s.metered(mux)
}

func (s *Server) health(w http.ResponseWriter, _ *http.Request) {
	w.WriteHeader(http.StatusNoContent)
}

// page is what a customer sees of a product.
type page struct {
	store.Product
	Pieces int             `json:"pieces"`
	Trail  []string        `json:"trail"`
	Alike  []store.Product `json:"alike"`
}

// product fetches what the page needs side by side.
func (s *Server) product(w http.ResponseWriter, r *http.Request) {
	id, err := strconv.Atoi(r.PathValue("id"))
	if err != nil {
		s.fail(w, r, orders.ErrInvalid)
		return
	}
	var p page
	var stock store.Stock
	var errProduct, errStock error
	var wg sync.WaitGroup
	wg.Go(func() { p.Product, errProduct = s.lookUp(id) })
	wg.Go(func() { errStock = s.db.Load(store.StockKey(id), &stock) })
	wg.Go(func() { p.Alike = s.alike(id) })
	wg.Wait()
	if err := errors.Join(errProduct, errStock); err != nil {
		s.fail(w, r, err)
		return
	}
	p.Pieces, p.Trail = stock.Pieces, trail(p.Category)
	s.reply(w, http.StatusOK, p)
}

func (s *Server) order(w http.ResponseWriter, r *http.Request) {
	id, err := strconv.ParseInt(r.PathValue("id"), 10, 64)
	if err != nil {
		s.fail(w, r, orders.ErrInvalid)
		return
	}
	order, err := s.orders.Find(id)
	if err != nil {
		s.fail(w, r, err)
		return
	}
	s.reply(w, http.StatusOK, order)
}

func (s *Server) buy(w http.ResponseWriter, r *http.Request) {
	var order store.Order
	if err := json.NewDecoder(http.MaxBytesReader(w, r.Body, 1<<16)).Decode(&order); err != nil {
		s.fail(w, r, errors.Join(orders.ErrInvalid, err))
		return
	}
	order, err := s.orders.Place(order)
	if err != nil {
		s.fail(w, r, err)
		return
	}
	s.reply(w, http.StatusCreated, order)
}

// search looks at every product's row: no index, which shows.
func (s *Server) search(w http.ResponseWriter, r *http.Request) {
	words := strings.Fields(r.FormValue("q"))
	found := []store.Product{}
	for _, key := range s.db.Keys("product/") {
		var p store.Product
		if err := s.db.Load(key, &p); err != nil {
			s.fail(w, r, err)
			return
		}
		if matches(p, words) {
			found = append(found, p)
		}
	}
	s.reply(w, http.StatusOK, found)
}

func matches(p store.Product, words []string) bool {
	for _, word := range words {
		if !strings.Contains(p.Name, word) {
			return false
		}
	}
	return true
}

func (s *Server) lookUp(id int) (store.Product, error) {
	return s.catalog.Get(id, s.load)
}

func (s *Server) load(id int) (p store.Product, err error) {
	err = s.db.Load(store.ProductKey(id), &p)
	return p, err
}

// alike gives the next products of the catalogue. A page can do without them, so errors only make the list shorter.
func (s *Server) alike(id int) []store.Product {
	var list []store.Product
	for i := range alike {
		if p, err := s.lookUp((id+i)%products + 1); err == nil {
			list = append(list, p)
		}
	}
	return list
}

// trail gives the way to a category: "a/b/c" is reached by a, a/b and a/b/c.
func trail(category string) []string {
	parent, _, ok := cutLast(category)
	if !ok {
		return []string{category}
	}
	return append(trail(parent), category)
}

func cutLast(path string) (parent, name string, ok bool) {
	i := strings.LastIndexByte(path, '/')
	if i < 0 {
		return "", path, false
	}
	return path[:i], path[i+1:], true
}

func (s *Server) sweep() { s.catalog.Sweep() }

func (s *Server) restock() {
	if _, err := s.orders.Restock(lowStock); err != nil {
		s.log.Error("can't restock", "err", err)
	}
}

// promise has a goroutine wait for word of a shelf that is filled again. Nobody ever gives it: this is the shop's leak.
func (s *Server) promise() {
	word := make(chan store.Stock)
	go s.remind(word)
}

func (s *Server) remind(word <-chan store.Stock) {
	stock := <-word
	s.log.Info("there are some again", "pieces", stock.Pieces)
}
