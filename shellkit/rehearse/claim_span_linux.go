//go:build linux && (amd64 || arm64)

package rehearse

import (
	"fmt"
	"slices"
	"strings"

	"github.com/lockkit/lockkit/shellkit/prove"
)

// A run is inside of a lock from the success of its acquisition to the last work that
// the acquisition was for, and so also while it waits between two works of that span.
// Two runs need not be at work in the same moment then: it is enough that one works in
// the midst of what the other believes to do alone.

// amidst looks whether those at work are at it in the midst of the spans of those who
// wait, and says what is seen. works tells what each does inside.
func (f *follower) amidst(atWork, waits []int, works func(int) map[string]bool) (string, error) {
	if len(atWork) == 0 {
		return "", f.fails("%s waits and does not work", prove.Letter(waits[0]))
	}
	var middle []string
	for _, n := range waits {
		how := f.withinSpan(n)
		if how == "" {
			return "", f.fails("%s waits and does not work", prove.Letter(n))
		}
		middle = append(middle, how)
	}
	text := f.tellWork(atWork, works)
	for i, n := range waits {
		if err := f.outlast(n, works(n)); err != nil {
			return "", err
		}
		text += fmt.Sprintf(" while %s %s; then %s", prove.Letter(n), middle[i], f.tellWork([]int{n}, works))
	}
	return text, nil
}

// tellWork says what some actors are seen at.
func (f *follower) tellWork(who []int, works func(int) map[string]bool) string {
	var seen []string
	for _, n := range who {
		what := prove.Letter(n)
		if t := f.atWork(f.actors[n], works(n)); t != nil && t.at == working {
			what += " (" + t.command + ")"
		}
		seen = append(seen, what)
	}
	if len(seen) == 1 {
		return seen[0] + " is at work"
	}
	return strings.Join(seen, " and ") + " are at work"
}

// withoutFirst puts those actors first who have lost the lock, or never had it: who has
// it is to be seen having it while they work.
func (f *follower) withoutFirst(actors []int) []int {
	return slices.SortedStableFunc(slices.Values(actors), func(a, b int) int {
		switch x, y := f.hasLock(a), f.hasLock(b); {
		case x == y:
			return 0
		case y:
			return -1
		}
		return 1
	})
}

// seeOthers takes note of who has the lock while n is at work without it.
func (f *follower) seeOthers(n int) {
	if f.hasLock(n) {
		return
	}
	for _, other := range f.c.inside {
		if other != n && f.hasLock(other) {
			f.had = append(f.had, other)
		}
	}
}

// withinSpan says how an actor that waits is inside of the lock all the same: it had the
// lock while somebody worked without it; or it has worked under it, has not given it up
// by a deed of its own, and has lost it. It says "" where neither was seen.
func (f *follower) withinSpan(n int) string {
	switch {
	case f.c.letGo(n):
		return ""
	case slices.Contains(f.had, n):
		return "has got the lock"
	case f.workedUnder(n):
		return "stands between two works that it has got the lock for"
	}
	return ""
}

// hasLock tells whether the kernel has the lock of the course for an actor.
func (f *follower) hasLock(n int) bool {
	for _, t := range f.s.tasks {
		if t.at == dead || f.owner(t) != f.actors[n] {
			continue
		}
		for _, h := range f.s.heldBy(t) {
			if f.isLock(h.name) {
				return true
			}
		}
	}
	return false
}

// isLock tells whether a path is the lock that the course is about.
func (f *follower) isLock(real string) bool {
	for i, name := range f.c.names {
		if i > 0 && name.text == f.c.lock && f.bound[i] == real && real != "" {
			return true
		}
	}
	return false
}

// workedUnder tells whether an actor has done work since it got the lock, and has not
// unlocked it since.
func (f *follower) workedUnder(n int) bool {
	got, worked := false, false
	for i := range f.s.log {
		e := &f.s.log[i]
		switch {
		case e.run != f.actors[n].run:
		case e.op == "lock" && e.result == 0 && f.isLock(e.name):
			got, worked = true, false
		case e.op == "unlock" && e.result == 0 && f.isLock(e.name):
			got, worked = false, false
		case e.op == "work":
			worked = worked || got
		}
	}
	return worked
}

// outlast lets the others go on until an actor that waits for them has come to its work.
func (f *follower) outlast(n int, works map[string]bool) error {
	for {
		waits, err := f.toWork(f.actors[n], works)
		if err != nil || !waits {
			return err
		}
		t := f.another(n)
		if t == nil {
			return f.fails("%s waits for ever", prove.Letter(n))
		}
		f.status = asUsual
		if err := f.move(t); err != nil {
			return err
		}
	}
}

// another is a task of somebody else who is inside and can move, or nil.
func (f *follower) another(n int) *task {
	for _, other := range f.c.inside {
		if other == n {
			continue
		}
		if t := f.next(f.actors[other]); t != nil {
			return t
		}
		if t := f.left(f.actors[other]); t != nil {
			return t
		}
	}
	return nil
}

// jobsThrough lets the jobs among those inside that do no work come to their end: what
// they have taken, they have taken for the shell that has started them.
func (f *follower) jobsThrough(works map[string]bool) error {
	for i, n := range f.c.inside {
		parent := f.c.actors[n].parent
		for a := f.actors[n]; parent != 0 && f.atWork(a, works) == nil; {
			t := f.next(a)
			if t == nil && f.over(a) {
				f.c.inside[i] = parent
			}
			if t == nil || t.at == working {
				break
			}
			if err := f.move(t); err != nil {
				return err
			}
		}
	}
	return nil
}

// everyWork is whatever a stand-in does.
var everyWork = map[string]bool{anything: true}

// anything is no work that a log has.
const anything = "*"
