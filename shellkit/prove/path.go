package prove

// maxUntangled bounds the states and steps among which the schedule with the fewest
// switches is looked for; beyond it any shortest one is taken.
const maxUntangled = 300_000

// untangled is the same where there may be a budget.
func (opt Options) untangled() int {
	if opt.Budget > 0 {
		return opt.Budget / 20
	}
	return maxUntangled
}

// tangle is how a state can be reached on a shortest way whose last step was one
// process's: the cost of the cheapest, and where that comes from.
type tangle struct {
	cost   uint16 // 0: no such way; else 1 + what it costs
	slot   uint8  // the last process before
	choice Choice
	state  int32
}

// path returns the edges from a start to the hit: among the shortest schedules
// to such a violation, one that changes least between processes.
func (e *explorer) path(h hit) []step {
	plain := e.chain(h.step)
	if most := e.m.opt.untangled(); int(h.state) > most || e.steps > most {
		return plain
	}
	m := e.m
	ways := map[int32]*[maxProcs]tangle{}
	best, bestCost, bestSlot := step{state: none}, uint16(0), uint8(0)
	v := &mover{m: m, through: e.through, again: true}
	var buf, stands []byte
	for i := 0; i < len(e.from) && e.from[i].depth < h.depth; i++ {
		s := m.decode(e.seen.get(i))
		here := ways[int32(i)]
		v.yield = func(ch Choice, t *State, eff effects, _ []row) {
			if t.full {
				return
			}
			depth := e.from[i].depth + 1
			cost, slot := uint16(1), uint8(0)
			if here != nil {
				cost, slot = cheapest(here, ch.Proc)
			} else if e.from[i].state != -1 {
				return
			}
			if ch.Kind != Run {
				cost++
			}
			if depth == h.depth {
				if (best.state == none || cost < bestCost) && e.same(t, eff, h) {
					best, bestCost, bestSlot = step{int32(i), depth, ch}, cost, slot
				}
				return
			}
			c, to := m.canonical(t)
			buf, stands = m.encode(&c, buf[:0]), m.stands(&c, stands[:0])
			at := e.seen.find(buf)
			if at == none || e.from[at].depth != depth {
				return
			}
			if _, told := e.seen.get(at); string(told) != string(stands) {
				return // alike, but not what is told from there
			}
			next := ways[int32(at)]
			if next == nil {
				next = &[maxProcs]tangle{}
				ways[int32(at)] = next
			}
			if w := &next[to[ch.Proc]]; w.cost == 0 || cost < w.cost {
				*w = tangle{cost, slot, ch, int32(i)}
			}
		}
		v.successors(&s)
	}
	if best.state == none {
		return plain
	}
	return e.untangled(ways, best, bestSlot)
}

// cheapest is the cost of a step of proc after the ways so far.
func cheapest(ways *[maxProcs]tangle, proc uint8) (cost uint16, slot uint8) {
	for i := range ways {
		w := ways[i].cost
		if w == 0 {
			continue
		}
		if uint8(i) != proc {
			w += 2
		}
		if cost == 0 || w < cost {
			cost, slot = w, uint8(i)
		}
	}
	return cost, slot
}

func (e *explorer) untangled(ways map[int32]*[maxProcs]tangle, last step, slot uint8) []step {
	out := make([]step, last.depth)
	out[last.depth-1] = last
	state := last.state
	for i := int(last.depth) - 2; i >= 0; i-- {
		w := ways[state][slot]
		out[i] = step{w.state, uint16(i + 1), w.choice}
		state, slot = w.state, w.slot
	}
	return out
}

// chain follows first discoveries back to a start.
func (e *explorer) chain(last step) []step {
	out := make([]step, last.depth)
	for st := last; st.state != -1; st = e.from[st.state] {
		out[st.depth-1] = st
	}
	return out
}

// same tells whether a state breaks the property of h on the same lock.
func (e *explorer) same(t *State, eff effects, h hit) bool {
	m := e.m
	if e.through != nil && !t.passed {
		return false
	}
	switch h.property {
	case Exclusion:
		if eff.began != h.lock {
			return false
		}
		_, _, clash := m.clash(t, h.lock)
		return clash
	case Leak:
		return eff.leaked.has(h.lock)
	case Deadlock:
		return m.stuck(t).has(h.lock)
	}
	if !t.quiet() || t.left || t.killed != h.killed {
		return false
	}
	return m.stale(t, h.script).has(h.lock)
}
