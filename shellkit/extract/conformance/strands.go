package conformance

import (
	"fmt"
	"slices"
	"strings"
)

// maxStates bounds how many states of several processes are looked at.
const maxStates = 200_000

// beside is a state of several processes: where they stand, the script first, and how
// much of what each real process has noted is matched.
type beside struct {
	places  []place
	matched []int
}

func (b beside) key() string {
	keys := make([]string, 0, len(b.places))
	for _, p := range b.places {
		keys = append(keys, p.key())
	}
	slices.Sort(keys[1:])
	return strings.Join(keys, ";") + fmt.Sprint(b.matched)
}

// sideBySide looks for a path on which each process notes what it was seen to note, in
// its own order. Children may stop anywhere: they may have been ended.
func (w *paths) sideBySide(s *script, events []event) answer {
	strands := strandsOf(events)
	todo := []beside{{[]place{w.start()}, make([]int, len(strands))}}
	seen := map[string]bool{}
	best := 0
	for len(todo) > 0 {
		b := todo[len(todo)-1]
		todo = todo[:len(todo)-1]
		key := b.key()
		if seen[key] {
			continue
		}
		seen[key] = true
		if len(seen) > maxStates {
			return answer{verdict: Unjudged, why: "too many orders of its processes"}
		}
		done := 0
		for _, k := range b.matched {
			done += k
		}
		best = max(best, done)
		if done == len(events) && b.places[0].at == gone {
			return answer{verdict: Right}
		}
		for i := range b.places {
			todo = append(todo, w.move(b, i, strands)...)
		}
	}
	return answer{verdict: Wrong, why: fmt.Sprintf("side by side: at most %d of %s have a place", best, s.listed(strands))}
}

// move lets one process do a step.
func (w *paths) move(b beside, i int, strands [][]event) []beside {
	p := b.places[i]
	if p.at == gone {
		return nil
	}
	var out []beside
	to := func(next []place, child *place, matched []int) {
		for _, n := range next {
			places := slices.Clone(b.places)
			places[i] = n
			if i > 0 && n.at == gone {
				places = slices.Delete(places, i, i+1)
			}
			out = append(out, beside{places, matched})
			if child != nil && len(places) <= len(strands) { // and where it does not count, it is as good as ended
				out = append(out, beside{append(slices.Clip(places), *child), matched})
			}
		}
	}
	to(w.struck(p), nil, b.matched)
	next, child := w.next(p)
	marks := w.probed(p)
	if len(marks) == 0 {
		to(next, child, b.matched)
		return out
	}
	for k, strand := range strands {
		if b.matched[k] < len(strand) && slices.ContainsFunc(marks, strand[b.matched[k]].is) {
			matched := slices.Clone(b.matched)
			matched[k]++
			to(next, child, matched)
		}
	}
	return out
}

// strandsOf parts what was noted by processes.
func strandsOf(events []event) [][]event {
	var out [][]event
	by := map[string]int{}
	for _, e := range events {
		k, ok := by[e.Process]
		if !ok {
			k = len(out)
			by[e.Process] = k
			out = append(out, nil)
		}
		out[k] = append(out[k], e)
	}
	return out
}

// listed names what was noted by lines of the case.
func (s *script) listed(strands [][]event) string {
	var out []string
	for _, strand := range strands {
		var one []string
		for _, e := range strand {
			one = append(one, fmt.Sprintf("%d(%s)", s.lines[e.Probe], e.Status))
		}
		out = append(out, strings.Join(one, " "))
	}
	return strings.Join(out, " | ")
}
