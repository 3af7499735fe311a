package rehearse

import (
	"fmt"
	"maps"
	"slices"

	"github.com/lockkit/lockkit/shellkit/prove"
)

// A run believes that it is alone until it gives its lock up itself. What it does to its
// lock without meaning it ends the lock, and not the belief.

// believes tells whether a run has lost a lock and goes on as if it had it.
func (s *story) believes(name string) bool { return s.before[name] || s.lost[name] }

// shellOf is the shell by which an event has come: the one that has started the program,
// or itself. A shell that has started others may become its last program.
func (s *story) shellOf(e *event) int {
	if programOf(e.words) != "flock" || s.starts[e.task] {
		return e.task
	}
	return s.parents[e.task]
}

// unwanted tells whether an unlock is none that the shell which has taken the lock has
// asked for: a child of it does that to what both have, or a handler of a signal, and a
// run without one never does.
func (s *story) unwanted(k *knowledge, e *event, name string) bool {
	by, taker := s.shellOf(e), s.taker[name]
	return by != taker && s.descends(by, taker) || s.signal && !k.unlocked[name]
}

// descends tells whether a task was started by another one, or by one that was.
func (s *story) descends(task, from int) bool {
	for {
		parent, known := s.parents[task]
		switch {
		case !known:
			return false
		case parent == from:
			return true
		}
		task = parent
	}
}

// believed judges a lock that somebody gets against everybody who works in the belief
// that it is his.
func (k *knowledge) believed(p *played, e *event, stories []story, at int) []Breach {
	if e.op != "lock" || e.result != 0 || e.flag&lockShared != 0 {
		return nil
	}
	name := e.normal(e.made())
	var found []Breach
	for run := range stories {
		other := &stories[run]
		if run == e.run || !other.believes(name) || !k.heeded[name] || other.working == 0 {
			continue
		}
		found = append(found, breach(p, prove.Exclusion, name, at, fmt.Sprintf("%s has got %s, which %s has lost and works on as if it had it", letter(e.run), name, letter(run))))
	}
	return found
}

// lockShared is LOCK_SH.
const lockShared = 1

// A crew is what a run has started and left alone while it had a lock: workers, if there
// are several that do the same. Who takes the lock again for each has one job at a time.
type crew struct {
	under map[int]job
	taken map[string]int // how often the run has taken a lock
}

// A job is a stand-in that began under locks, and how often those had been taken by then.
type job struct {
	program string
	locks   map[string]int
}

// work takes the beginning of work in.
func (c *crew) work(e *event) {
	for _, w := range e.busy {
		if w.run != e.run || w.task != e.task {
			continue
		}
		j := job{program: programOf(w.words), locks: map[string]int{}}
		for _, h := range w.under {
			if name := w.normal(h.name); !h.shared {
				j.locks[name] = c.taken[name]
			}
		}
		c.under[e.task] = j
	}
}

// done takes the end of work in, and tells whether it is one.
func (c *crew) done(e *event) bool {
	_, known := c.under[e.task]
	delete(c.under, e.task)
	return known
}

// several tells whether more than one of them does the same work at once for which a lock
// was taken once.
func (c *crew) several(like job, name string) bool {
	n := 0
	for _, j := range c.under {
		if j.program == like.program && j.locks[name] == like.locks[name] {
			n++
		}
	}
	return n > 1
}

// amongCrews judges the beginning of work under a lock against workers that somebody has
// started under it, and that go on without it.
func (k *knowledge) amongCrews(p *played, e *event, stories []story, at int) []Breach {
	var own atWork
	for _, w := range e.busy {
		if w.run == e.run && w.task == e.task {
			own = w
		}
	}
	var found []Breach
	for _, w := range e.busy {
		j, known := stories[w.run].crew.under[w.task]
		if w.run == e.run || !known {
			continue
		}
		for _, name := range slices.Sorted(maps.Keys(j.locks)) {
			if underName(own, name) && !underName(w, name) && stories[w.run].crew.several(j, name) {
				found = append(found, breach(p, prove.Exclusion, name, at, fmt.Sprintf("%s works under %s, and workers that %s has started under it still do", letter(e.run), name, letter(w.run))))
			}
		}
	}
	return found
}
