package main

import (
	"encoding/json"
	"errors"
	"net/http"
	"time"

	"goapptrace/examples/shop/orders"
	"goapptrace/examples/shop/store"
)

func (s *Server) reply(w http.ResponseWriter, status int, value any) {
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	if err := json.NewEncoder(w).Encode(value); err != nil {
		s.log.Warn("a customer left before the answer", "err", err)
	}
}

// fail answers with the status that suits err, and logs what is the shop's business rather than the customer's.
func (s *Server) fail(w http.ResponseWriter, r *http.Request, err error) {
	status := statusOf(err)
	if status == http.StatusPaymentRequired || status >= http.StatusInternalServerError {
		s.log.Error("request failed", "method", r.Method, "path", r.URL.Path, "status", status, "err", err)
	}
	s.reply(w, status, map[string]string{"error": err.Error()})
}

func statusOf(err error) int {
	switch {
	case errors.Is(err, orders.ErrInvalid):
		return http.StatusBadRequest
	case errors.Is(err, orders.ErrDeclined):
		return http.StatusPaymentRequired
	case errors.Is(err, store.ErrNotFound):
		return http.StatusNotFound
	case errors.Is(err, orders.ErrSoldOut):
		return http.StatusConflict
	default:
		return http.StatusInternalServerError
	}
}

// metered counts what next answers.
func (s *Server) metered(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		begin := time.Now()
		seen := &statusWriter{ResponseWriter: w, status: http.StatusOK}
		next.ServeHTTP(seen, r)
		s.meter.add(seen.status, time.Since(begin))
	})
}

// statusWriter remembers the status that it passes on.
type statusWriter struct {
	http.ResponseWriter
	status int
}

// WriteHeader implements [http.ResponseWriter].
func (w *statusWriter) WriteHeader(status int) {
	w.status = status
	w.ResponseWriter.WriteHeader(status)
}
