package holders

import "slices"

// Deadlock is a circle of processes each of which waits for a lock that the next
// one keeps. flock(2) does not detect it, so it lasts until one is killed.
//
// A process that has a lock from its parent is not asked to release it while that
// parent has it too: the circle must close through the parent.
type Deadlock struct {
	Steps []Step // the last one's lock is kept by the first one's process

	// Unless are processes outside the circle that keep one of its locks alive as
	// well. They end the deadlock only if they unlock; ending is not enough.
	Unless []*Process
}

// Step is one process of a Deadlock.
type Step struct {
	// Keeps has the lock that the step before waits for, through descriptor FD.
	Keeps *Process
	FD    int
	Lock  *Lock
	// Waiter is Keeps itself, or a descendant of it that it waits for.
	Waiter *Waiter
	// Through are the processes from Keeps to the one that waits, both included:
	// each does nothing but wait for the next. If one of them is killed, the one
	// before it goes on, without the lock that was waited for.
	Through []*Process
}

// stop is a wait that stops a process, and the processes from that one to the
// waiter.
type stop struct {
	by      *Waiter
	through []*Process
}

// findDeadlocks returns one shortest circle for each knot of waiters. above is the
// chain of processes that do nothing but wait for pid, itself first.
func findDeadlocks(files []*File, above func(pid int) []*Process) []Deadlock {
	var waiters []*Waiter
	for _, f := range files {
		waiters = append(waiters, f.Waiters...)
	}
	if len(waiters) == 0 {
		return nil
	}
	stuck := map[int][]stop{}
	for _, w := range waiters {
		chain := above(w.Process.PID)
		for i, p := range chain {
			through := slices.Clone(chain[:i+1])
			slices.Reverse(through)
			stuck[p.PID] = append(stuck[p.PID], stop{w, through})
		}
	}
	next := map[*Waiter][]Step{} // Step.Keeps has what the key waits for
	for _, w := range waiters {
		for _, l := range w.File.Locks {
			if !w.blockedBy(l) {
				continue
			}
			for _, k := range l.owners() {
				for _, s := range stuck[k.Process.PID] {
					next[w] = append(next[w], Step{k.Process, k.FD, l, s.by, s.through})
				}
			}
		}
	}

	var found []Deadlock
	seen := map[*Waiter]bool{}
	for _, w := range waiters {
		if seen[w] {
			continue
		}
		steps := shortestCircle(w, next)
		if steps == nil {
			continue
		}
		if slices.ContainsFunc(steps, func(s Step) bool { return seen[s.Waiter] }) {
			continue
		}
		for _, s := range steps {
			seen[s.Waiter] = true
		}
		found = append(found, Deadlock{steps, outsiders(steps, stuck)})
	}
	return found
}

// shortestCircle searches breadth-first from start back to it.
func shortestCircle(start *Waiter, next map[*Waiter][]Step) []Step {
	type node struct {
		step Step
		from int // index in queue, -1 for the first
	}
	var queue []node
	visited := map[*Waiter]bool{}
	add := func(w *Waiter, from int) {
		for _, s := range next[w] {
			if !visited[s.Waiter] {
				visited[s.Waiter] = true
				queue = append(queue, node{s, from})
			}
		}
	}
	add(start, -1)
	for i := 0; i < len(queue); i++ {
		if queue[i].step.Waiter != start {
			add(queue[i].step.Waiter, i)
			continue
		}
		var steps []Step
		for at := i; at >= 0; at = queue[at].from {
			steps = append(steps, queue[at].step)
		}
		slices.Reverse(steps)
		// The search began with what start waits for; a circle reads better from
		// start on.
		return append(steps[len(steps)-1:], steps[:len(steps)-1]...)
	}
	return nil
}

// outsiders keep a lock of the circle without being stopped by a lock themselves.
func outsiders(steps []Step, stuck map[int][]stop) []*Process {
	var out []*Process
	for _, s := range steps {
		for _, k := range s.Lock.Keepers {
			if len(stuck[k.Process.PID]) == 0 && !slices.Contains(out, k.Process) {
				out = append(out, k.Process)
			}
		}
	}
	return out
}

// owners are the keepers that did not get the lock from another keeper.
func (l *Lock) owners() (owners []Keeper) {
	for _, k := range l.Keepers {
		inherited := slices.ContainsFunc(l.Keepers, func(o Keeper) bool {
			return o.Process != k.Process && o.Process.PID == k.Process.Parent
		})
		if !inherited {
			owners = append(owners, k)
		}
	}
	return owners
}
