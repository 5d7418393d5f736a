// Package limit is what servers' limits have in common: names for users, defaults, and what makes no sense. A server lists its
// limits as [Limit]s, and calls [Fill] before it heeds them.
package limit

import (
	"fmt"
	"time"
)

// Limit is one of a server's, as users know it.
type Limit struct {
	Name  string
	About string
	Value any  // *time.Duration, or *int: bytes, or a number of something
	Off   bool // a negative time is one, too: it stands for none
}

// Fill gives limits that are zero the values of defaults, which are the same ones in the same order. What makes no sense is an
// error.
func Fill(limits, defaults []Limit) error {
	for i, l := range limits {
		switch v := l.Value.(type) {
		case *time.Duration:
			if *v == 0 {
				*v = *defaults[i].Value.(*time.Duration)
			}
			if *v < 0 && !l.Off {
				return fmt.Errorf("limit %s: %v is no time over 0", l.Name, *v)
			}
		case *int:
			if *v == 0 {
				*v = *defaults[i].Value.(*int)
			}
			if *v < 0 {
				return fmt.Errorf("limit %s: %d is no number over 0", l.Name, *v)
			}
		}
	}
	return nil
}
