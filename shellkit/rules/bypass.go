package rules

import (
	"strings"

	"github.com/lockkit/lockkit/shellkit/protocol"
)

// bypass is a way on which a run does not ask for a lock and removes it all the same.
type bypass struct {
	decided  protocol.ID   // where it passes the acquisition by
	removals []protocol.ID // in the order of the script, each place once
}

// bypassed finds the condition that lets a run do the work under the lock at path
// without asking for the lock, when such a run comes to its removal. Where the
// condition is asked once more before the removal, it is taken to guard that.
func (s *Script) bypassed(path int) (b bypass, ok bool) {
	if s.Paths[path].Kind != protocol.Exists || len(s.removals(path)) == 0 {
		return b, false
	}
	acquires := func(id protocol.ID) bool { return s.acquires(id, path) }
	leads := s.leadsTo(acquires)
	for _, id := range s.reach(until(acquires, s.on), 0) {
		n := &s.Nodes[id]
		if n.Op != protocol.Choose || n.Else == protocol.None || strings.HasPrefix(n.Text, "-x") || n.AsksForLocker() || leads[n.Next] == leads[n.Else] {
			continue
		}
		past, towards := n.Next, n.Else
		if leads[past] {
			past, towards = towards, past
		}
		asked := func(to protocol.ID) bool { return s.Nodes[to].Op == protocol.Choose && s.Nodes[to].Text == n.Text }
		walk := s.reach(until(asked, s.on), past)
		if !s.sameWork(path, towards, walk) {
			continue
		}
		b = bypass{decided: id}
		seen := map[[5]any]bool{}
		for _, r := range walk {
			if at := place(s.Nodes[r].Span); s.removes(r, path) && !seen[at] && s.heldElsewhere(r, path) {
				seen[at] = true
				b.removals = append(b.removals, r)
			}
		}
		if len(b.removals) > 0 {
			return b, true
		}
	}
	return b, false
}

// sameWork tells whether all that is done first under the lock at path, by those
// who go for it from the node, is done on the walk too.
func (s *Script) sameWork(path int, from protocol.ID, walk []protocol.ID) bool {
	acquires := func(id protocol.ID) bool { return s.acquires(id, path) }
	by, ok := s.comesTo(s.on, acquires, from)
	if !ok {
		return false
	}
	first := s.firstWork(by, path)
	return len(first) > 0 && s.allReached(first, walk)
}

// heldElsewhere tells whether the place of a removal is also come to with the lock.
func (s *Script) heldElsewhere(removal protocol.ID, path int) bool {
	for _, r := range s.removals(path) {
		if place(s.Nodes[r].Span) == place(s.Nodes[removal].Span) && len(s.held(r, path)) > 0 {
			return true
		}
	}
	return false
}
