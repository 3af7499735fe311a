package prove

import (
	"slices"

	"github.com/lockkit/lockkit/shellkit/protocol"
)

// judgeUnseen finds the operations that take a lock away without the script's
// knowing: it goes on as if it had the lock.
func (s *script) judgeUnseen() {
	s.worksOn = map[position]bool{}
	for i := range s.nodes {
		n := &s.nodes[i]
		switch n.Op {
		case protocol.Close:
			n.unseen = n.fd != none && (s.unlocksLater(n) || s.endsAgain(n))
		case protocol.Flock:
			if n.Mode.Has(protocol.Unlock) {
				n.unseen, n.comesBack = s.byChild(n) || s.endsAgain(n), s.comesBack(n)
			}
		case protocol.Remove:
			again := func(v *node) bool { return s.takes(v.id) == none || s.takes(v.id) != n.lock }
			n.unseen = n.To != none && s.Paths[n.To].Kind == protocol.Data && len(s.firstWork(n.Next, again)) > 0 || s.endsAgain(n)
			n.comesBack = s.comesBack(n)
		}
	}
}

// findPast finds, for each node that closes a descriptor, the locks behind whose last work
// it stands: who comes there works no more before he asks for them again, or ends. Whoever
// has lost such a lock is past it then; who has it still lets it go with a deed of its own.
// Who opens another file in its place does not know that he lets go of anything.
func (s *script) findPast() {
	var asked lockSet
	for i := range s.nodes {
		if n := &s.nodes[i]; n.Op == protocol.Flock && s.takes(n.id) != none {
			asked |= 1 << s.takes(n.id)
		}
	}
	for i := range s.nodes {
		n := &s.nodes[i]
		if n.Op != protocol.Close || n.fd == none {
			continue
		}
		for l := range maxLocks {
			if asked.has(l) && !s.worksBefore(n.Next, func(v *node) bool { return s.takes(v.id) == l }) {
				n.past |= 1 << l
			}
		}
	}
}

// unlocksLater tells whether work is done behind a close, and the closed descriptor
// is unlocked only then. Who opens it anew is through with what it was.
func (s *script) unlocksLater(n *node) (found bool) {
	closed := func(v *node) bool {
		return !((v.Op == protocol.Open || v.Op == protocol.Dup || v.Op == protocol.Restore) && v.fd == n.fd)
	}
	for _, work := range s.firstWork(n.Next, closed) {
		s.walk(s.nodes[work].Next, func(v *node) bool {
			found = found || v.Op == protocol.Flock && v.fd == n.fd && v.Mode.Has(protocol.Unlock)
			return !found && closed(v)
		})
	}
	return found
}

// endsAgain tells whether the work of a lock is done once more behind the node that ends
// it, and ended in the same way: who takes a lock before a loop and gives it up in each
// turn has it for the first turn alone. What a clean-up ends once more on the way out had
// no work in between.
func (s *script) endsAgain(n *node) bool {
	for i := range s.nodes {
		by := protocol.ID(i)
		lock := s.takes(by)
		if lock == none || !s.endsHold(n, by) {
			continue
		}
		work := s.underLock(by)
		found, _ := s.loser(lock, work, nil).follow(n.Next)
		for _, w := range found {
			again := false
			s.walk(s.nodes[w].Next, func(v *node) bool {
				again = again || v.Op == n.Op && v.Span == n.Span
				return !again && s.takes(v.id) != lock && v.Op != protocol.Leave
			})
			if again {
				return true
			}
		}
	}
	return false
}

// endsHold tells whether a node ends the hold that begins with an acquisition.
func (s *script) endsHold(n *node, by protocol.ID) bool {
	in := s.known().At(n.id)
	if in == nil || !slices.ContainsFunc(in.Holds, func(h protocol.Hold) bool { return h.By == by }) {
		return false
	}
	out := s.known().Out(n.id, true)
	return out != nil && !slices.ContainsFunc(out.Holds, func(h protocol.Hold) bool { return h.By == by })
}

// unseenBy tells whether a node takes a lock away without the knowing of the process that
// runs it, in a signal handler that goes on at resume or elsewhere. A handler that comes
// back where nothing but an end is left takes it from nobody.
func (s *script) unseenBy(n *node, resume uint16) bool {
	if n.unseen || !n.comesBack || resume == 0 {
		return n.unseen || n.comesBack
	}
	at := position{uint16(n.id), resume}
	works, known := s.worksOn[at]
	if !known {
		works = s.standsForMore(resume) || slices.ContainsFunc(s.goesOn(resume), func(id protocol.ID) bool { return s.worksBehind(id, n) })
		s.worksOn[at] = works
	}
	return works
}

// standsForMore tells whether the node that a signal has interrupted stands for more than
// the command that it has ended.
func (s *script) standsForMore(resume uint16) bool {
	return resume&resumeAt == 0 && s.nodes[resume-1].Op == protocol.Work && s.nodes[resume-1].Mode&(protocol.Several|protocol.Runs) != 0
}

// goesOn lists where a process may go on behind a signal handler.
func (s *script) goesOn(resume uint16) []protocol.ID {
	if resume&resumeAt != 0 {
		return []protocol.ID{protocol.ID(resume&^resumeAt - 1)}
	}
	n := &s.nodes[resume-1]
	switch {
	case n.Op == protocol.Sub: // a frame that has died
		var out []protocol.ID
		for _, end := range s.ends[n.id] {
			out = append(out, s.nodes[end].Next)
		}
		return out
	case n.Else == none || n.Else == n.Next:
		return []protocol.ID{n.Next}
	case n.Op == protocol.Work: // the program has died of the signal, or has dealt with it
		return []protocol.ID{n.Next, n.Else}
	}
	return []protocol.ID{n.Else}
}

// worksBehind tells whether a process comes from one node to something that a lock may be
// for, before it ends what another node ends.
func (s *script) worksBehind(from protocol.ID, by *node) bool {
	return s.worksBefore(from, func(v *node) bool {
		switch v.Op {
		case protocol.Flock, protocol.Claim:
			return v.about() == by.about()
		case protocol.Remove, protocol.Rename:
			return by.lock != none && v.lock == by.lock
		case protocol.Close:
			return by.fd != none && v.fd == by.fd && !v.Mode.Has(protocol.Save)
		}
		return false
	})
}

// worksBefore tells whether a process comes from a node to something that a lock may be
// for, before it comes to a node that ends says.
func (s *script) worksBefore(from protocol.ID, ends func(*node) bool) (works bool) {
	s.walk(from, func(v *node) bool {
		if ends(v) {
			return false
		}
		switch v.Op {
		case protocol.Spawn, protocol.Opaque, protocol.Create, protocol.Store:
			works = true
		case protocol.Work:
			works = works || v.works()
		}
		return !works
	})
	return works
}

// comesBack tells whether a node belongs to a signal handler that returns to the
// work that was interrupted.
func (s *script) comesBack(n *node) (back bool) {
	s.walk(n.Next, func(v *node) bool {
		back = back || v.Op == protocol.Resume
		return !back
	})
	return back
}

// byChild tells whether a child gives up a lock that it did not take, and its parent
// goes on working.
func (s *script) byChild(n *node) bool {
	for i := range s.nodes {
		sub := &s.nodes[i]
		if sub.Op != protocol.Sub {
			continue
		}
		mine, takes := false, false
		s.inside(sub.id, func(v *node) {
			mine = mine || v == n
			takes = takes || s.takes(v.id) != none && s.takes(v.id) == n.believes
		})
		if !mine || takes {
			continue
		}
		for _, behind := range s.behind[sub.id] {
			work := s.firstWork(behind, func(v *node) bool { return s.takes(v.id) == none })
			if len(work) > 0 {
				return true
			}
		}
	}
	return false
}
