package prove

import "hash/maphash"

// set is a set of encoded states in the order in which they were added. What a state
// has beside, of which only the first counts, is kept with it.
type set struct {
	seed  maphash.Seed
	bytes []byte
	keys  []uint32 // by state: where what tells it from others ends
	at    []uint32 // by state: where its bytes end
	table []uint32 // open addressing: index of a state plus 1
}

func newSet() *set {
	return &set{seed: maphash.MakeSeed(), table: make([]uint32, 1<<10)}
}

// get returns what tells state i from others, and what it has beside; neither must be
// changed.
func (s *set) get(i int) (state, beside []byte) {
	from := uint32(0)
	if i > 0 {
		from = s.at[i-1]
	}
	return s.bytes[from:s.keys[i]], s.bytes[s.keys[i]:s.at[i]]
}

// is tells whether state i is that one.
func (s *set) is(i int, state []byte) bool {
	at, _ := s.get(i)
	return string(at) == string(state)
}

// add returns the index of the state and whether it is new.
func (s *set) add(state, beside []byte) (int, bool) {
	if 2*len(s.at) >= len(s.table) {
		s.grow()
	}
	mask := uint64(len(s.table) - 1)
	for i := maphash.Bytes(s.seed, state) & mask; ; i = (i + 1) & mask {
		if s.table[i] == 0 {
			s.bytes = append(s.bytes, state...)
			s.keys = append(s.keys, uint32(len(s.bytes)))
			s.bytes = append(s.bytes, beside...)
			s.at = append(s.at, uint32(len(s.bytes)))
			s.table[i] = uint32(len(s.at))
			return len(s.at) - 1, true
		}
		if at := int(s.table[i] - 1); s.is(at, state) {
			return at, false
		}
	}
}

// find returns the index of the state, or none.
func (s *set) find(state []byte) int {
	mask := uint64(len(s.table) - 1)
	for i := maphash.Bytes(s.seed, state) & mask; s.table[i] != 0; i = (i + 1) & mask {
		if at := int(s.table[i] - 1); s.is(at, state) {
			return at
		}
	}
	return none
}

func (s *set) grow() {
	s.table = make([]uint32, 4*len(s.table))
	mask := uint64(len(s.table) - 1)
	for at := range s.at {
		state, _ := s.get(at)
		i := maphash.Bytes(s.seed, state) & mask
		for s.table[i] != 0 {
			i = (i + 1) & mask
		}
		s.table[i] = uint32(at + 1)
	}
}
