package prove

import (
	"slices"

	"github.com/lockkit/lockkit/shellkit/protocol"
	"github.com/lockkit/lockkit/shellkit/source"
)

// guard is the lock that the script takes for some work, where a run can come to
// the work without it: it believes to have it, or does not care.
type guard struct {
	lock int // none: no lock is meant, or nobody comes here without it
	mode uint8
}

// judgeGuards finds the work to which a run comes although it was not let in.
func (s *script) judgeGuards() {
	for i := range s.nodes {
		s.nodes[i].lacks.lock = none
	}
	for i := range s.nodes {
		id, n := protocol.ID(i), &s.nodes[i]
		if s.takes(id) != none {
			s.judgeHeed(id)
		} else if n.Else != none && n.AsksForLocker() {
			s.walk(n.Next, func(by *node) bool {
				if s.takes(by.id) == none {
					return true
				}
				if work := s.underLock(by.id); len(work) > 0 {
					s.lacking(work, id, by.id)
				}
				return false
			})
		}
	}
	s.judgeTakingAway()
	s.judgeEarly()
	s.judgeWorkers()
}

// judgeHeed looks at what follows an acquisition that fails.
func (s *script) judgeHeed(id protocol.ID) {
	n := &s.nodes[id]
	if n.ignored() {
		return
	}
	if work := s.underLock(id); len(work) > 0 {
		s.lacking(work, id, id)
	}
	s.judgeInverted(id)
}

// judgeEarly finds the work for which a lock was taken that ends before it.
func (s *script) judgeEarly() {
	if !s.Protocol.HasLocks() {
		return
	}
	for _, e := range protocol.EarlyEnds(s.Protocol, s.known()) {
		switch lock := s.takes(e.By); {
		case lock == none:
		case e.Meant:
			s.lack(e.Work, e.By)
		case !s.nodes[e.By].ignored():
			_, asked := s.loser(lock, e.Work, nil).follow(s.nodes[e.By].Else)
			s.wonder(lock, asked)
		}
	}
}

// lacking marks the work of a lock where all of it is also reached over the Else of a
// node without that lock. The node is the acquisition, or asks whether its program is
// there.
func (s *script) lacking(work []protocol.ID, behind, acquisition protocol.ID) {
	instead := protocol.InsteadWhere(s.Protocol, s.known(), behind, acquisition)
	found, asked := s.loser(s.takes(acquisition), work, instead).follow(s.nodes[behind].Else)
	s.wonder(s.takes(acquisition), asked)
	for _, w := range work {
		if !s.anyOf([]protocol.ID{w}, found) {
			return
		}
	}
	s.lack(found, acquisition)
}

func (s *script) lack(work []protocol.ID, acquisition protocol.ID) {
	g := guard{lock: s.takes(acquisition), mode: s.nodes[acquisition].mode()}
	for _, w := range work {
		if s.nodes[w].lacks.lock == none {
			s.nodes[w].lacks = g
		}
	}
}

func anyNode(*node) bool { return true }

// anyOf tells whether one of these nodes stands where one of the others does, for the same
// command may have several nodes, or runs the same command with the same words.
func (s *script) anyOf(these, others []protocol.ID) bool {
	return slices.ContainsFunc(these, func(id protocol.ID) bool {
		return slices.ContainsFunc(others, func(other protocol.ID) bool {
			n, o := &s.nodes[id], &s.nodes[other]
			return id == other || n.Span == o.Span && n.Span != source.Span{} || n.Call == o.Call && n.Call != none
		})
	})
}

// takes returns the lock that a node asks for, or none.
func (s *script) takes(id protocol.ID) int {
	if n := &s.nodes[id]; n.Op == protocol.Flock && !n.Mode.Has(protocol.Unlock) || n.Op == protocol.Claim {
		return n.about()
	}
	return none
}

// about returns the lock that a node has to do with: a flock names a descriptor only.
func (n *node) about() int {
	if n.Op == protocol.Flock {
		return n.believes
	}
	return n.lock
}

// underLock lists the work that is done first under the lock that a node acquires.
func (s *script) underLock(id protocol.ID) []protocol.ID {
	n := &s.nodes[id]
	return s.firstWork(n.Next, func(v *node) bool {
		switch v.Op {
		case protocol.Flock, protocol.Claim:
			return v.about() != s.takes(id)
		case protocol.Close, protocol.Restore: // what is only hidden for a while is kept
			return n.fd == none || v.Mode.Has(protocol.Save) || s.keptBehind(id, v.id)
		case protocol.Remove, protocol.Rename:
			return v.lock != s.takes(id)
		case protocol.EndSub:
			return n.fd == none || s.keptBehind(id, v.id)
		}
		return true
	})
}

// keptBehind tells whether the lock that a node acquires has a descriptor left when some
// are closed.
func (s *script) keptBehind(acquisition, closing protocol.ID) bool {
	out := s.known().Out(closing, true)
	return out != nil && slices.ContainsFunc(out.Holds, func(h protocol.Hold) bool { return h.By == acquisition })
}

// firstWork lists the work that a process comes to first from a node, as long as
// on allows to go on.
func (s *script) firstWork(from protocol.ID, on func(*node) bool) []protocol.ID {
	return s.firstWorkOn(from, func(n *node) []protocol.ID {
		if on(n) {
			return []protocol.ID{n.Next, n.Else}
		}
		return nil
	})
}

// firstWorkOn is firstWork along the edges that on names.
func (s *script) firstWorkOn(from protocol.ID, on func(*node) []protocol.ID) []protocol.ID {
	var out []protocol.ID
	s.wander(from, func(n *node) []protocol.ID {
		switch n.Op {
		case protocol.Leave, protocol.End, protocol.Resume, protocol.Opaque:
			return nil
		case protocol.Spawn: // what a child does is done too
			return append(on(n), n.Body)
		case protocol.Work:
			if n.works() { // no lock is for what is minor
				out = append(out, n.id)
				return nil
			}
		}
		return on(n)
	})
	return out
}
