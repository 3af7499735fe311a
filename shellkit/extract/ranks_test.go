package extract

import "testing"

// Numbers are given in the order in which something is asked for first, whether few or
// many are.
func TestRanks(t *testing.T) {
	var r ranks[string]
	for i := range 3 * fewRanks {
		name := itoa(i)
		if got, known := r.of(name); got != i || known {
			t.Fatalf("%s has number %d, known %v; want %d, new", name, got, known, i)
		}
		for k := range i + 1 {
			if got, known := r.of(itoa(k)); got != k || !known {
				t.Fatalf("%d of %d has number %d, known %v; want %d, known", k, i+1, got, known, k)
			}
		}
	}
}
