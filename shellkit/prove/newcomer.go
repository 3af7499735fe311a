package prove

import (
	"slices"

	"github.com/lockkit/lockkit/shellkit/protocol"
)

// newcomer adds a run that begins when everybody has gone, and that does not get in: one
// that comes to ask for the lock, where there is such a one. A run that leaves before shows
// nothing of what the others have left behind.
func (t *tracer) newcomer(script uint8) {
	i := 0
	for t.raw.proc[i].life != before && i+1 < len(t.m.crew) {
		i++
	}
	t.raw.proc[i] = proc{life: before, script: script, run: uint8(i)}
	t.shown[i], t.parent[i] = 0, 0
	calm := mover{m: t.m, record: true, calm: true, again: true}
	for _, ch := range t.toTheLock(calm, i) {
		t.choose(calm, ch)
	}
	seen := map[string]bool{}
	for range 12 {
		if t.raw.proc[i].life == gone {
			break
		}
		if begun := t.choose(calm, Choice{Kind: Run, Proc: uint8(i)}); !begun {
			break
		}
		key := string(t.m.encode(&t.raw, nil))
		if seen[key] {
			if last := len(t.events) - 1; last >= 0 {
				t.events[last].Effect += "; and so for ever"
			}
			break
		}
		seen[key] = true
	}
	if p := &t.raw.proc[i]; p.life == alive && p.pc < atWork && t.m.possible(&t.raw, i) == 0 {
		t.waits(i)
	}
}

// choose makes a choice and tells of it; false where it is not to be had.
func (t *tracer) choose(v mover, ch Choice) bool {
	before := t.raw
	next, rows := t.m.chosen(&v, &t.raw, ch)
	if p := &t.raw.proc[ch.Proc]; rows == nil && (p.life == alive || next.proc[ch.Proc].life != alive) {
		return false
	}
	t.tell(before, rows)
	t.raw = next
	return true
}

// mostToTheLock bounds the states among which the way of a newcomer is looked for.
const mostToTheLock = 500

// toTheLock is the shortest way on which a newcomer asks in vain for the lock that is told
// of, else the shortest on which it looks whether that is there; nothing where it does
// neither.
func (t *tracer) toTheLock(v mover, i int) []Choice {
	type stop struct {
		state State
		way   []Choice
	}
	todo, seen := []stop{{state: t.raw}}, map[string]bool{}
	var found, looks []Choice
	script := t.raw.proc[i].script // a state forgets it of who has ended
	for at := 0; at < len(todo) && at < mostToTheLock && found == nil; at++ {
		v.yield = func(ch Choice, n *State, _ effects, rows []row) {
			if found != nil {
				return
			}
			way := append(append([]Choice(nil), todo[at].way...), ch)
			if t.asksInVain(n, script, i, rows) {
				found = way
			}
			if looks == nil && t.looksAtIt(script, i, rows) {
				looks = way
			}
			if key := string(t.m.encode(n, nil)); !seen[key] {
				seen[key] = true
				todo = append(todo, stop{*n, way})
			}
		}
		if p := &todo[at].state.proc[i]; p.life == before || p.life == alive {
			v.one(&todo[at].state, Run, i)
		}
	}
	if found == nil {
		return looks
	}
	return found
}

// asksInVain tells whether a process has just asked for the lock and not got it, or stands
// and waits for it.
func (t *tracer) asksInVain(s *State, script uint8, i int, rows []row) bool {
	if t.lock == none {
		return false
	}
	for _, r := range rows {
		if int(r.proc) == i && r.node != none && r.how != worked && t.m.acquires(t.m.node(script, uint16(r.node))) == t.lock {
			return true
		}
	}
	return t.m.standsWaiting(s, i) && t.m.acquires(t.m.node(script, s.proc[i].pc)) == t.lock
}

// looksAtIt tells whether a process of a script has just asked whether the lock is there.
func (t *tracer) looksAtIt(script uint8, i int, rows []row) bool {
	return t.lock != none && slices.ContainsFunc(rows, func(r row) bool {
		if int(r.proc) != i || r.node == none {
			return false
		}
		n := t.m.node(script, uint16(r.node))
		return n.Op == protocol.Test && n.lock == t.lock
	})
}
