package prove

import (
	"slices"

	"github.com/lockkit/lockkit/shellkit/protocol"
)

// judgeUnseen finds the operations that take a lock away without the script's
// knowing: it goes on as if it had the lock.
func (s *script) judgeUnseen() {
	for i := range s.nodes {
		n := &s.nodes[i]
		switch n.Op {
		case protocol.Close:
			n.unseen = n.fd != none && (s.unlocksLater(n) || s.endsAgain(n))
		case protocol.Flock:
			if n.Mode.Has(protocol.Unlock) {
				n.unseen = s.comesBack(n) || s.byChild(n) || s.endsAgain(n)
			}
		case protocol.Remove:
			n.unseen = s.comesBack(n) || n.To != none && s.Paths[n.To].Kind == protocol.Data && len(s.firstWork(n.Next, anyNode)) > 0 || s.endsAgain(n)
		}
	}
}

// unlocksLater tells whether work is done behind a close, and the closed descriptor
// is unlocked only then.
func (s *script) unlocksLater(n *node) (found bool) {
	for _, work := range s.firstWork(n.Next, anyNode) {
		s.walk(s.nodes[work].Next, func(v *node) bool {
			found = found || v.Op == protocol.Flock && v.fd == n.fd && v.Mode.Has(protocol.Unlock)
			return !found && !((v.Op == protocol.Open || v.Op == protocol.Dup || v.Op == protocol.Restore) && v.fd == n.fd)
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
