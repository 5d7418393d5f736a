package store

import "fmt"

// Product is one thing that the shop sells.
type Product struct {
	ID       int    `json:"id"`
	Name     string `json:"name"`
	Category string `json:"category"`
	Price    int    `json:"price"` // cents
}

// Stock is how many pieces of a product are there.
type Stock struct {
	Pieces int `json:"pieces"`
}

// Line is one position of an order.
type Line struct {
	Product int `json:"product"`
	Pieces  int `json:"pieces"`
}

// Order is what a customer bought.
type Order struct {
	ID       int64  `json:"id"`
	Customer string `json:"customer"`
	Gift     bool   `json:"gift,omitempty"`
	To       string `json:"to,omitempty"` // who gets the gift
	Lines    []Line `json:"lines"`
	Total    int    `json:"total"` // cents
}

// ProductKey is the key of a product's row.
func ProductKey(id int) string { return fmt.Sprintf("product/%04d", id) }

// StockKey is the key of a stock's row.
func StockKey(product int) string { return fmt.Sprintf("stock/%04d", product) }

// OrderKey is the key of an order's row.
func OrderKey(id int64) string { return fmt.Sprintf("order/%08d", id) }
