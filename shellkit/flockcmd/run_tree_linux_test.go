package flockcmd

import (
	"slices"
	"testing"
)

// A parent hears of the end before its children, whatever their numbers are.
func TestParentsFirst(t *testing.T) {
	parents := map[int]int{2: 1, 9: 2, 3: 9, 4: 3, 5: 9, 7: 1, 8: 7}
	for range 20 { // a map is read in another order each time
		list := below(2, parents)
		if sorted := slices.Sorted(slices.Values(list)); !slices.Equal(sorted, []int{3, 4, 5, 9}) {
			t.Fatalf("%v are below 2, and not 3, 4, 5 and 9", sorted)
		}
		for i, pid := range list {
			if parent := parents[pid]; parent != 2 && !slices.Contains(list[:i], parent) {
				t.Fatalf("%v: %d comes before its parent", list, pid)
			}
		}
	}
}
