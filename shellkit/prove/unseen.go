package prove

import "github.com/lockkit/lockkit/shellkit/protocol"

// judgeUnseen finds the operations that take a lock away without the script's
// knowing: it goes on as if it had the lock.
func (s *script) judgeUnseen() {
	for i := range s.nodes {
		n := &s.nodes[i]
		switch n.Op {
		case protocol.Close:
			n.unseen = n.fd != none && s.unlocksLater(n)
		case protocol.Flock:
			if n.Mode.Has(protocol.Unlock) {
				n.unseen = s.comesBack(n) || s.byChild(n)
			}
		case protocol.Remove:
			n.unseen = s.comesBack(n) || n.To != none && s.Paths[n.To].Kind == protocol.Data && len(s.firstWork(n.Next, anyNode)) > 0
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
		for j := range s.nodes {
			if end := &s.nodes[j]; end.Op == protocol.EndSub && end.Body == sub.id {
				work := s.firstWork(end.Next, func(v *node) bool { return s.takes(v.id) == none })
				if len(work) > 0 {
					return true
				}
			}
		}
	}
	return false
}
