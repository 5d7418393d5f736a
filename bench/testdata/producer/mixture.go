package main

// state is what a worker's functions work on. They are kept from being put in line, so that each of their calls is one
// with hooks and without.
type state struct {
	seed  uint64
	table [64]uint64
}

// request makes some 30 calls of ten functions, up to eight deep, and returns how many it made, its own included.
//
//go:noinline
func (s *state) request() (calls int) {
	calls = 1 + s.parse() + s.load() + s.tree(3)
	return calls + s.render()
}

//go:noinline
func (s *state) parse() (calls int) {
	s.next()
	s.next()
	return 3
}

//go:noinline
func (s *state) next() uint64 {
	s.seed = s.seed*6364136223846793005 + 1442695040888963407
	return s.seed >> 33
}

//go:noinline
func (s *state) load() (calls int) {
	if s.next()%8 == 0 {
		return 2 + s.miss()
	}
	s.hit()
	return 3
}

//go:noinline
func (s *state) hit() uint64 { return s.table[s.seed%64] }

//go:noinline
func (s *state) miss() (calls int) {
	s.store(s.next())
	return 3
}

//go:noinline
func (s *state) store(v uint64) { s.table[v%64] = v }

// tree goes down n levels on two sides.
//
//go:noinline
func (s *state) tree(n int) (calls int) {
	if n == 0 {
		return 1
	}
	return 1 + s.tree(n-1) + s.tree(n-1)
}

//go:noinline
func (s *state) render() (calls int) {
	for i := range 4 {
		s.write(uint64(i))
	}
	return 5
}

//go:noinline
func (s *state) write(v uint64) { s.table[v] ^= s.seed }
