package prove

import "hash/maphash"

// set is a set of encoded states in the order in which they were added.
type set struct {
	seed  maphash.Seed
	bytes []byte
	at    []uint32 // by state: where its bytes end
	table []uint32 // open addressing: index of a state plus 1
}

func newSet() *set {
	return &set{seed: maphash.MakeSeed(), table: make([]uint32, 1<<10)}
}

// get returns the bytes of state i; they must not be changed.
func (s *set) get(i int) []byte {
	from := uint32(0)
	if i > 0 {
		from = s.at[i-1]
	}
	return s.bytes[from:s.at[i]]
}

// add returns the index of the state and whether it is new.
func (s *set) add(state []byte) (int, bool) {
	if 2*len(s.at) >= len(s.table) {
		s.grow()
	}
	mask := uint64(len(s.table) - 1)
	for i := maphash.Bytes(s.seed, state) & mask; ; i = (i + 1) & mask {
		if s.table[i] == 0 {
			s.bytes = append(s.bytes, state...)
			s.at = append(s.at, uint32(len(s.bytes)))
			s.table[i] = uint32(len(s.at))
			return len(s.at) - 1, true
		}
		if at := int(s.table[i] - 1); string(s.get(at)) == string(state) {
			return at, false
		}
	}
}

// find returns the index of the state, or none.
func (s *set) find(state []byte) int {
	mask := uint64(len(s.table) - 1)
	for i := maphash.Bytes(s.seed, state) & mask; s.table[i] != 0; i = (i + 1) & mask {
		if at := int(s.table[i] - 1); string(s.get(at)) == string(state) {
			return at
		}
	}
	return none
}

func (s *set) grow() {
	s.table = make([]uint32, 4*len(s.table))
	mask := uint64(len(s.table) - 1)
	for at := range s.at {
		i := maphash.Bytes(s.seed, s.get(at)) & mask
		for s.table[i] != 0 {
			i = (i + 1) & mask
		}
		s.table[i] = uint32(at + 1)
	}
}
