package ui

import (
	"cmp"
	"slices"
	"strings"
	"sync"

	"github.com/junegunn/fzf/src/algo"
	"github.com/junegunn/fzf/src/util"
)

func init() { algo.Init("default") }

// slabs are room for the matcher to work in.
var slabs = sync.Pool{New: func() any { return util.MakeSlab(100<<10, 2<<10) }}

// longestMatched is how many bytes of a text are looked at.
const longestMatched = 512

// fuzzy is what somebody types to find something: words, each of whose letters has to be in a text, in their order.
type fuzzy [][]rune

func newFuzzy(pattern string) fuzzy {
	var f fuzzy
	for word := range strings.FieldsSeq(strings.ToLower(pattern)) {
		f = append(f, []rune(word))
	}
	return f
}

// score says how well a text matches, in the manner of fzf: letters that follow each other, and those that begin words,
// count for more. Where is, when asked for, the places of the letters, in characters.
func (f fuzzy) score(text string, slab *util.Slab, places bool) (score int, where []int, ok bool) {
	if len(text) > longestMatched {
		text = strings.ToValidUTF8(text[:longestMatched], "")
	}
	chars := util.ToChars([]byte(text))
	for _, word := range f {
		result, at := algo.FuzzyMatchV2(false, false, true, &chars, word, places, slab)
		if result.Start < 0 {
			return 0, nil, false
		}
		score += result.Score
		if at != nil {
			where = append(where, *at...)
		}
	}
	slices.Sort(where)
	return score, where, true
}

// hit is a choice that matches.
type hit struct {
	choice int // index
	score  int
}

// mostHits bounds how many choices are listed: nobody scrolls through more.
const mostHits = 500

// hunt looks for what is typed among choices, a slice at a time.
type hunt struct {
	list    []choice
	pattern fuzzy
	next    int   // choice to look at
	hits    []hit // the best ones, once sorted
	matches int   // in all
}

func (h *hunt) done() bool { return h.next >= len(h.list) }

// look looks at the next n choices.
func (h *hunt) look(n int) {
	slab, _ := slabs.Get().(*util.Slab)
	defer slabs.Put(slab)
	for end := min(h.next+n, len(h.list)); h.next < end; h.next++ {
		c := &h.list[h.next]
		score, _, ok := h.pattern.score(c.text, slab, false)
		if !ok {
			continue
		}
		h.matches++
		h.hits = append(h.hits, hit{h.next, score + c.bonus()})
		if len(h.hits) >= 4*mostHits {
			h.sort()
		}
	}
	h.sort()
}

// sort leaves the best hits, best first. Of equal ones the shorter text is the better, and then the one that comes first. When
// nothing is typed, all stay in their order.
func (h *hunt) sort() {
	if len(h.pattern) > 0 {
		slices.SortFunc(h.hits, func(a, b hit) int {
			return cmp.Or(
				cmp.Compare(b.score, a.score), cmp.Compare(len(h.list[a.choice].text), len(h.list[b.choice].text)),
				cmp.Compare(a.choice, b.choice),
			)
		})
	}
	h.hits = h.hits[:min(len(h.hits), mostHits)]
}
