package main

import (
	"bufio"
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"
	"time"
)

// section is one stay under the lock, as its worker has told of it.
type section struct {
	fence                 int64
	enter, last           time.Duration // the first and the last sign of life
	worker, guard, holder int           // processes
	host                  string
	left                  bool
}

// readHistory reads what workers have written.
func readHistory(path string) (map[int64]*section, error) {
	file, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer file.Close()
	sections := map[int64]*section{}
	for lines := bufio.NewScanner(file); lines.Scan(); {
		var at time.Duration
		var what string
		var s section
		if _, err := fmt.Sscan(lines.Text(), &at, &what, &s.fence, &s.worker, &s.guard, &s.holder, &s.host); err != nil {
			return nil, fmt.Errorf("%q: %w", lines.Text(), err)
		}
		known := sections[s.fence]
		if known == nil {
			s.enter = at
			known = &s
			sections[s.fence] = known
		}
		known.last = max(known.last, at)
		known.left = known.left || what == "leave"
	}
	return sections, nil
}

// overlap is two sections at once. The earlier one should have ended before the later began.
type overlap struct {
	earlier, later *section
	by             time.Duration
}

// overlaps finds all in which a section shows life after one with a greater fence has begun.
func overlaps(sections map[int64]*section) (found []overlap) {
	order := byFence(sections)
	for i, earlier := range order {
		for _, later := range order[i+1:] {
			if by := earlier.last - later.enter; by > 0 {
				found = append(found, overlap{earlier, later, by})
			}
		}
	}
	return found
}

func byFence(sections map[int64]*section) (order []*section) {
	for _, s := range sections {
		order = append(order, s)
	}
	slices.SortFunc(order, func(a, b *section) int { return int(a.fence - b.fence) })
	return order
}

// disorder counts the accepted writes that came after one with a greater fence.
func disorder(accepted []int64) (count int) {
	greatest := int64(0)
	for _, fence := range accepted {
		if fence < greatest {
			count++
		}
		greatest = max(greatest, fence)
	}
	return count
}

// The checker is held against histories that are known to be right or wrong.
func TestHistory(t *testing.T) {
	read := func(text string) map[int64]*section {
		path := t.TempDir() + "/log"
		if err := os.WriteFile(path, []byte(strings.ReplaceAll(text, "; ", "\n")+"\n"), 0o644); err != nil {
			t.Fatal(err)
		}
		sections, err := readHistory(path)
		if err != nil {
			t.Fatal(err)
		}
		return sections
	}
	for text, want := range map[string]int{
		"10 enter 3 1 2 3 h1; 20 inside 3 1 2 3 h1; 30 leave 3 1 2 3 h1; 40 enter 5 1 2 3 h1":                      0,
		"10 enter 3 1 2 3 h1; 20 inside 3 1 2 3 h1; 25 enter 5 4 5 6 h1; 30 leave 3 1 2 3 h1":                      1,
		"10 enter 3 1 2 3 h1; 40 enter 5 4 5 6 h1; 50 leave 5 4 5 6 h1; 60 enter 7 1 2 3 h1; 70 inside 3 1 2 3 h1": 2,
	} {
		if got := overlaps(read(text)); len(got) != want {
			t.Errorf("%s: %d overlaps, want %d", text, len(got), want)
		}
	}
	if n := disorder([]int64{3, 3, 5, 5, 9}); n != 0 {
		t.Errorf("in order, %d found", n)
	}
	if n := disorder([]int64{3, 5, 3, 5, 4}); n != 2 {
		t.Errorf("2 out of order, %d found", n)
	}
}
