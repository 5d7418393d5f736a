package watch

import "slices"

// Defaults are the watchers that everybody has. Their thresholds are such that a healthy program is left in peace: what
// happens once, such as main.main, is never slow, and what takes microseconds in all may be done any number of times.
func Defaults() []Watcher {
	return []Watcher{
		{Name: "panic", Text: "panic and origin"},
		{Name: "slow call", Text: "self > 200ms and calls > 10"},
		{Name: "error storm", Text: "rate(func) > 20 and err"},
		{Name: "N+1 calls", Text: "repeats(func) > 30 and together > 5ms"},
		{Name: "hot function", Text: "rate(func) > 200k"},
		{Name: "goroutine leak", Text: "growth(entry) > 5"},
	}
}

// Join is the defaults with the user's own: one with the name of a default takes its place, and without a condition leaves it
// as it is, but on or off.
func Join(own []Watcher) []Watcher {
	list := Defaults()
	for _, mine := range own {
		i := slices.IndexFunc(list, func(q Watcher) bool { return q.Name == mine.Name })
		switch {
		case i < 0:
			list = append(list, mine)
		case mine.Text == "":
			list[i].Off = mine.Off
		default:
			list[i] = mine
		}
		if i >= 0 {
			list[i].Once = mine.Once
		}
	}
	return list
}

// Own is what differs from the defaults in a list: the user's own, as Join takes them.
func Own(list []Watcher) (own []Watcher) {
	for _, q := range list {
		i := slices.IndexFunc(Defaults(), func(d Watcher) bool { return d.Name == q.Name && d.Text == q.Text })
		switch {
		case q.Once:
		case i < 0:
			own = append(own, q)
		case q.Off:
			own = append(own, Watcher{Name: q.Name, Off: true})
		}
	}
	return own
}
