package main

import (
	"bytes"
	"context"
	"fmt"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"
)

func TestShopServesItsCustomersAndCloses(t *testing.T) {
	var stdout, stderr bytes.Buffer
	o := options{rate: 500, length: 400 * time.Millisecond, seed: 7, workers: 2}
	if err := run(context.Background(), o, &stdout, &stderr); err != nil {
		t.Fatal(err)
	}
	var requests int
	if _, err := fmt.Sscanf(stdout.String(), "shop: %d requests", &requests); err != nil || requests == 0 {
		t.Errorf("stdout has no report of requests: %q", stdout.String())
	}
	for _, want := range []string{"shop is open", "shop is closed"} {
		if !strings.Contains(stderr.String(), want) {
			t.Errorf("stderr lacks %q:\n%s", want, stderr.String())
		}
	}
}

func TestShopClosesWhenInterrupted(t *testing.T) {
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	var stdout, stderr bytes.Buffer
	if err := run(ctx, options{rate: 100, workers: 1}, &stdout, &stderr); err != nil {
		t.Fatal(err)
	}
}

func quiet() *slog.Logger { return slog.New(slog.DiscardHandler) }

func TestAnswers(t *testing.T) {
	shop, err := open(options{seed: 1, workers: 1}, quiet())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := shop.close(t.Output()); err != nil {
			t.Error(err)
		}
	})
	tests := []struct {
		method, path, body string
		status             int
		contains           string
	}{
		{"GET", "/health", "", http.StatusNoContent, ""},
		{"GET", "/products/1", "", http.StatusOK, `"trail":["home",`},
		{"GET", "/products/61", "", http.StatusNotFound, "no such row"},
		{"GET", "/products/x", "", http.StatusBadRequest, "invalid order"},
		{"GET", "/products?q=lamp", "", http.StatusOK, "lamp"},
		{"GET", "/products?q=oak", "", http.StatusOK, "[]"},
		{"GET", "/orders/1", "", http.StatusNotFound, "no such row"},
		{"POST", "/orders", `{"customer":"Ada","lines":[{"product":1,"pieces":1}]}`, http.StatusCreated, `"id":1`},
		{"POST", "/orders", `{"customer":"Ada","lines":[{"product":1,"pieces":900}]}`, http.StatusConflict, "sold out"},
		{"POST", "/orders", `{"customer":"Ada"}`, http.StatusBadRequest, "no lines"},
		{"POST", "/orders", `{`, http.StatusBadRequest, "invalid order"},
		{"GET", "/orders/1", "", http.StatusOK, `"customer":"Ada"`},
	}
	for _, test := range tests {
		answer := httptest.NewRecorder()
		shop.http.Handler.ServeHTTP(answer, httptest.NewRequest(test.method, test.path, strings.NewReader(test.body)))
		if answer.Code != test.status || !strings.Contains(answer.Body.String(), test.contains) {
			t.Errorf("%s %s gives %d %s, want %d with %q",
				test.method, test.path, answer.Code, answer.Body, test.status, test.contains)
		}
	}
}

func TestParseRefusesImpossibleOptions(t *testing.T) {
	for _, args := range [][]string{{"-rate", "-1"}, {"-rate", "100001"}, {"-workers", "0"}, {"-leak", "-1s"}} {
		if o, err := parse(args); err == nil {
			t.Errorf("%q gives %+v", args, o)
		}
	}
}
