package main

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"math/rand/v2"
	"net/http"
	"sync"
	"time"

	"goapptrace/examples/shop/store"
)

const (
	customers   = 12
	giftOneIn   = 60
	noNameOneIn = 4 // of the gifts
)

// crowd is the shop's customers: each a goroutine with dice of its own.
type crowd struct {
	url    string
	seed   uint64
	client *http.Client
}

func newCrowd(url string, seed uint64) *crowd {
	return &crowd{url: url, seed: seed, client: &http.Client{
		Transport: &http.Transport{MaxIdleConnsPerHost: customers},
		Timeout:   10 * time.Second,
	}}
}

// run sends rate requests a second until ctx ends. When all customers are busy, the ones to come go elsewhere.
func (c *crowd) run(ctx context.Context, rate int) {
	if rate == 0 {
		return
	}
	defer c.client.CloseIdleConnections()
	turns := make(chan struct{})
	var wg sync.WaitGroup
	for n := range customers {
		dice := rand.New(rand.NewPCG(c.seed, uint64(100+n)))
		wg.Go(func() {
			for range turns {
				c.act(ctx, dice)
			}
		})
	}
	every(ctx, time.Second/time.Duration(rate), func() {
		select {
		case turns <- struct{}{}:
		default:
		}
	})
	close(turns)
	wg.Wait()
}

// act sends one request and reads its answer; the server counts how it went.
func (c *crowd) act(ctx context.Context, dice *rand.Rand) {
	request, err := c.request(ctx, dice)
	if err != nil {
		return
	}
	response, err := c.client.Do(request)
	if err != nil {
		return // the shop is closing
	}
	defer response.Body.Close()
	_, _ = io.Copy(io.Discard, response.Body)
}

func (c *crowd) request(ctx context.Context, dice *rand.Rand) (*http.Request, error) {
	switch n := dice.IntN(100); {
	case n < 50:
		return c.get(ctx, fmt.Sprintf("/products/%d", 1+dice.IntN(products+1))) // the last one is not there
	case n < 54:
		return c.get(ctx, "/products?q="+[]string{"lamp", "blue+chair", "oak"}[dice.IntN(3)])
	case n < 90:
		return c.post(ctx, "/orders", wish(dice))
	case n < 98:
		return c.get(ctx, fmt.Sprintf("/orders/%d", 1+dice.IntN(50)))
	default:
		return c.get(ctx, "/health")
	}
}

// wish is an order of one to five lines; seldom a gift, and seldom to nobody.
func wish(dice *rand.Rand) store.Order {
	order := store.Order{Customer: []string{"Ada", "Edsger", "Grace", "Tony"}[dice.IntN(4)]}
	if dice.IntN(giftOneIn) == 0 {
		order.Gift = true
		if dice.IntN(noNameOneIn) > 0 {
			order.To = "Barbara"
		}
	}
	for range 1 + dice.IntN(5) {
		order.Lines = append(order.Lines, store.Line{Product: 1 + dice.IntN(products), Pieces: 1 + dice.IntN(4)})
	}
	return order
}

func (c *crowd) get(ctx context.Context, path string) (*http.Request, error) {
	return http.NewRequestWithContext(ctx, http.MethodGet, c.url+path, nil)
}

func (c *crowd) post(ctx context.Context, path string, value any) (*http.Request, error) {
	body, err := json.Marshal(value)
	if err != nil {
		return nil, err
	}
	return http.NewRequestWithContext(ctx, http.MethodPost, c.url+path, bytes.NewReader(body))
}
