package extract

import "hash/maphash"

// key stands for a state, or a part of it: equal states have equal keys, and that
// two others have is as good as impossible. 0 is no key.
type key uint64

var keySeed = maphash.MakeSeed()

// and is the key of what k stands for together with a text.
func (k key) and(text string) key {
	if text == "" {
		return k
	}
	return k*31 + key(maphash.String(keySeed, text)) | 1
}

// keyMaker works a key out: of a row of things, and of sets between them.
type keyMaker struct {
	row maphash.Hash
	set uint64
}

func newKeyMaker() *keyMaker {
	b := &keyMaker{}
	b.row.SetSeed(keySeed)
	return b
}

func (b *keyMaker) write(text string) {
	b.row.WriteString(text)
	b.row.WriteByte(0)
}

func (b *keyMaker) number(n int) { maphash.WriteComparable(&b.row, n) }
func (b *keyMaker) truth(t bool) { maphash.WriteComparable(&b.row, t) }

// some and fact put members into the set; in which order does not matter.
func (b *keyMaker) some(vars *vars, orders []uint64) {
	for _, order := range orders {
		if v := vars.at(order); v != nil {
			b.set += v.mark
		}
	}
}

// ordersOf are the places of some variables.
func ordersOf(names map[string]bool) []uint64 {
	var out []uint64
	for name := range names {
		out = append(out, orderOf(name))
	}
	return out
}

func (b *keyMaker) fact(about string, truth bool) {
	h := maphash.String(keySeed, about)
	if truth {
		h = ^h
	}
	b.set += scrambled(h)
}

// end puts the set into the row and begins another one.
func (b *keyMaker) end() {
	maphash.WriteComparable(&b.row, b.set)
	b.set = 0
}

func (b *keyMaker) sum() key { return key(b.row.Sum64()) | 1 }
