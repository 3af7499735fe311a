//go:build linux && (amd64 || arm64)

package rehearse

import "math/rand/v2"

// depth is how many changes of priority a random schedule has: a fault that needs so
// many switches in the right places is found with a known probability (PCT).
const depth = 4

// wander plays a random schedule: the run of the highest priority moves, a few times the
// priorities change. Work takes a drawn number of steps, and fails now and then.
func (s *scene) wander(runs []int, seed uint64) error {
	r := rand.New(rand.NewPCG(seed, 2))
	rank := r.Perm(len(runs))
	change := map[int]bool{}
	for range depth {
		change[r.IntN(s.length*len(runs)+1)] = true
	}
	until := map[*task]int{}
	lowest := 0
	fails := map[string]int{}
	s.answers = func(_ int, command string) int {
		if _, drawn := fails[command]; !drawn {
			fails[command] = s.usual(command)
			if r.IntN(6) == 0 {
				fails[command] = 1 - fails[command]
			}
		}
		return fails[command]
	}
	for step := 0; ; step++ {
		c, ok := s.draw(r, rank, until, step)
		if !ok || s.gaveUp(c, s.patience) {
			return nil
		}
		if change[step] {
			lowest--
			rank[c.task.run] = lowest
		}
		from := len(s.log)
		if err := s.do(c); err != nil {
			return err
		}
		for _, e := range s.log[from:] {
			if e.op == "sleep" { // whoever sleeps lets the others go first
				lowest--
				rank[e.run] = lowest
			}
		}
	}
}

// draw chooses the next move. A stand-in whose time is not over, a timer, and who only
// waits go only when nothing else can.
func (s *scene) draw(r *rand.Rand, rank []int, until map[*task]int, step int) (choice, bool) {
	var best, late []choice
	for _, c := range s.choices() {
		if c.task.run >= len(rank) {
			continue
		}
		if c.task.at == working {
			if _, known := until[c.task]; !known {
				until[c.task] = step + r.IntN(80)
			}
		}
		if c.timer || c.task.at == working && until[c.task] > step || c.waits {
			late = append(late, c)
			continue
		}
		if len(best) == 0 || rank[c.task.run] > rank[best[0].task.run] {
			best = best[:0]
		}
		if len(best) == 0 || rank[c.task.run] == rank[best[0].task.run] {
			best = append(best, c)
		}
	}
	switch {
	case len(best) > 0:
		return best[r.IntN(len(best))], true
	case len(late) > 0:
		return late[r.IntN(len(late))], true
	}
	return choice{}, false
}
