package prove

import (
	"slices"

	"github.com/lockkit/lockkit/shellkit/protocol"
)

// judgeWorkers finds the children that go on without the lock for which they were
// started: the work of a run is not over when the run is.
func (s *script) judgeWorkers() {
	for i := range s.nodes {
		n := &s.nodes[i]
		if n.worksFor = none; n.Op == protocol.Spawn {
			s.judgeHandingDown(n)
		}
	}
	if !s.Protocol.HasLocks() {
		return
	}
	for _, w := range protocol.Workers(s.Protocol, s.known()) {
		n := &s.nodes[w.Spawn]
		n.worksFor, n.helps = s.byPath[w.Path], w.Waited
	}
}

// handing is a lock that is a name and that a background child gives up.
type handing struct {
	lock int
	away bool // the run itself does not: the lock is the child's from there on
}

// judgeHandingDown finds the locks that a background child gives up: it works under them.
func (s *script) judgeHandingDown(spawn *node) {
	gives := func(from protocol.ID, lock int) bool {
		return s.anyFrom(from, func(n *node) bool { return n.Op == protocol.Remove && n.lock == lock })
	}
	s.walk(spawn.Body, func(n *node) bool {
		if n.Op == protocol.Remove && n.lock != none && s.Paths[n.Path].Kind == protocol.Exists &&
			!slices.ContainsFunc(spawn.handsDown, func(h handing) bool { return h.lock == n.lock }) {
			spawn.handsDown = append(spawn.handsDown, handing{n.lock, !gives(spawn.Next, n.lock)})
		}
		return true
	})
}

// anyFrom tells whether a process comes from a node to one that is so.
func (s *script) anyFrom(from protocol.ID, is func(*node) bool) (found bool) {
	s.walk(from, func(n *node) bool {
		found = found || is(n)
		return !found
	})
	return found
}

// hand gives a child what the run believes of the locks that the child gives up.
func (a *act) hand(c *proc) {
	for _, h := range a.n.handsDown {
		if a.p.belief[h.lock].mode == 0 {
			continue
		}
		c.worksFor(h.lock, exclusive)
		if h.away {
			a.p.end(h.lock)
		}
	}
}

// worksFor lets a child believe what the run believes that has started it.
func (p *proc) worksFor(lock int, mode uint8) { p.begin(lock, mode, working) }

// helps lets a child believe so as long as its run, which waits for it, is there.
func (p *proc) helps(lock int, mode uint8) { p.begin(lock, mode, helping) }

// modeFor is how the child of a process has the lock that it works for: as the process
// has it, and alone where that no longer believes in it.
func (p *proc) modeFor(lock int) uint8 {
	if p.belief[lock].mode == shared {
		return shared
	}
	return exclusive
}

// forRun tells whether a child has a belief in the place of its run.
func (b belief) forRun() bool { return b.file == working || b.file == helping }

// resign ends what children believe that work for a run: kill -9 has ended that, and what
// it was waiting for is over as well, like a program that it was running; or a signal has
// hit the child itself.
func (p *proc) resign(all bool) {
	for l := range p.belief {
		if b := &p.belief[l]; b.file == helping || all && b.file == working {
			*b = belief{}
		}
	}
}

// working stands for the file of a belief that a run's child has in its place: with its
// own run it shares what it believes in.
const (
	working = 0xfe
	helping = 0xfd
)
