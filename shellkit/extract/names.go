package extract

import "slices"

// names is a set of variables, by number.
type names []uint64

func (s names) has(i int) bool { return i>>6 < len(s) && s[i>>6]>>(i&63)&1 != 0 }

func (s *names) add(i int) {
	for len(*s) <= i>>6 {
		*s = append(*s, 0)
	}
	(*s)[i>>6] |= 1 << (i & 63)
}

func (s names) union(t names) names {
	if len(s) < len(t) {
		s, t = t, s
	}
	out := slices.Clone(s)
	for i, bits := range t {
		out[i] |= bits
	}
	return out
}

func (s names) minus(t names) names {
	out := slices.Clone(s)
	for i := range out {
		if i < len(t) {
			out[i] &^= t[i]
		}
	}
	return out
}

// anything is set where nothing comes.
var anything = slices.Repeat(names{^uint64(0)}, 64)

func (s names) both(t names) names {
	out := slices.Clone(s[:min(len(s), len(t))])
	for i := range out {
		out[i] &= t[i]
	}
	return out
}

func copyOf(s *names) *names {
	t := slices.Clone(*s)
	return &t
}
