package scripts

// dice draws numbers. It is the same in every version of Go, which the generators of
// the standard library do not promise: a seed has to make its script for ever.
type dice struct{ state uint64 }

// next is splitmix64.
func (d *dice) next() uint64 {
	d.state += 0x9e3779b97f4a7c15
	z := d.state
	z = (z ^ z>>30) * 0xbf58476d1ce4e5b9
	z = (z ^ z>>27) * 0x94d049bb133111eb
	return z ^ z>>31
}

// below draws a number from 0 to n-1.
func (d *dice) below(n int) int { return int(d.next() % uint64(n)) }

// chance is true in so many of a hundred draws.
func (d *dice) chance(percent int) bool { return d.below(100) < percent }

// pick draws one of a list.
func pick[T any](d *dice, list ...T) T { return list[d.below(len(list))] }

// shuffled returns the numbers below n in an order that is drawn.
func (d *dice) shuffled(n int) []int {
	out := make([]int, n)
	for i := range out {
		j := d.below(i + 1)
		out[i] = out[j]
		out[j] = i
	}
	return out
}
