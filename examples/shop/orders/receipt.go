package orders

import (
	"crypto/sha256"
	"fmt"
	"strings"
	"time"

	"goapptrace/examples/shop/store"
)

// sealRounds makes a seal cost some hundred microseconds of processor time.
const sealRounds = 2_000

// sendReceipt writes an order's receipt, seals it and hands it to the mail server.
func sendReceipt(order store.Order) error {
	text := render(order)
	return mail(address(order), text+seal(text))
}

func render(order store.Order) string {
	var b strings.Builder
	fmt.Fprintf(&b, "order %d for %s\n", order.ID, order.Customer)
	for _, line := range order.Lines {
		b.WriteString(renderLine(line))
	}
	fmt.Fprintf(&b, "total %d.%02d\n", order.Total/100, order.Total%100)
	return b.String()
}

func renderLine(line store.Line) string {
	return fmt.Sprintf("%4d × product %d\n", line.Pieces, line.Product)
}

// address is who gets the mail. It forgets that a gift may come without a name: the bug that this shop has.
func address(order store.Order) string {
	to := order.Customer
	if order.Gift {
		to = order.To
	}
	return strings.ToLower(to[:1]) + to[1:] + "@example.com"
}

func seal(text string) string {
	sum := sha256.Sum256([]byte(text))
	for range sealRounds {
		sum = sha256.Sum256(sum[:])
	}
	return fmt.Sprintf("%x", sum[:8])
}

// mail takes as long as the mail server's answer: longer for a longer letter.
func mail(to, text string) error {
	if !strings.Contains(to, "@") {
		return fmt.Errorf("%w: no address in %q", ErrInvalid, to)
	}
	time.Sleep(2*time.Millisecond + time.Duration(len(text))*100*time.Microsecond)
	return nil
}
