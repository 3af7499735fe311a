package prove

import (
	"slices"

	"github.com/lockkit/lockkit/shellkit/protocol"
)

// judgeInverted looks at an acquisition whose outcomes are mistaken for each other: who
// gets the lock leaves without any work, and who does not get it works. Whoever writes
// so means the work to be done under the lock.
func (s *script) judgeInverted(id protocol.ID) {
	n := &s.nodes[id]
	if s.usedElsewhere(id) {
		return
	}
	idle, left := s.leavesIdle(n)
	if !idle || len(protocol.Instead(s.Protocol, s.known(), id)) > 0 {
		return
	}
	work := protocol.WorkFrom(s.Protocol, s.known(), n.Else)
	if left != none {
		work = s.thoseWithin(left, n.Else, work)
	}
	if len(work) > 0 && !s.onlySignals(work) {
		s.lack(work, id)
	}
}

// thoseWithin are those of some nodes that run in the frame that begins at scope, or behind
// from and before the redirect scope is taken back.
func (s *script) thoseWithin(scope, from protocol.ID, nodes []protocol.ID) (within []protocol.ID) {
	look := func(n *node) {
		if slices.Contains(nodes, n.id) {
			within = append(within, n.id)
		}
	}
	if s.nodes[scope].Op == protocol.Sub {
		s.inside(scope, look)
		return within
	}
	s.walk(from, func(n *node) bool {
		look(n)
		return n.Op != protocol.Restore || n.Body != scope
	})
	return within
}

// usedElsewhere tells whether a lock is taken at another place too: then this one may be
// the question whether somebody has it.
func (s *script) usedElsewhere(id protocol.ID) bool {
	for i := range s.nodes {
		if v := &s.nodes[i]; s.takes(v.id) == s.takes(id) && v.Span != s.nodes[id].Span {
			return true
		}
	}
	return false
}

// leavesIdle tells whether a process that has got a lock ends with it and has done nothing
// until then. left is the frame, or the redirect, with whose end the lock ends first, or
// none: what is done behind it has asked somebody who has the lock no more, what is done
// inside has not.
func (s *script) leavesIdle(locked *node) (idle bool, left protocol.ID) {
	idle, left = true, none
	leaves := false
	s.walk(locked.Next, func(n *node) bool {
		switch n.Op {
		case protocol.Leave, protocol.End:
			leaves = true
			return false
		case protocol.Work:
			idle = idle && (n.Mode&(protocol.Quiet|protocol.Minor) != 0 || n.Text == "sleep")
		case protocol.Choose, protocol.Trap, protocol.Test, protocol.Load, protocol.Sub:
		case protocol.Dup:
			idle = idle && n.ontoItself()
		case protocol.Restore:
			switch opens := &s.nodes[n.Body]; {
			case opens.ontoItself(): // flock 9 9<&9
			case opens.Op == protocol.Open && opens.fd == locked.fd:
				left = n.Body
			default:
				idle = false
			}
		case protocol.EndSub:
			if locked.fd != none && s.opensInside(n.Body, locked.fd) {
				left = n.Body
			}
		default: // among them whatever ends the hold on purpose
			idle = false
		}
		return idle
	})
	return idle && leaves, left
}

// onlySignals tells whether this work does nothing but send signals: that is for those who
// have the lock.
func (s *script) onlySignals(work []protocol.ID) bool {
	for _, w := range work {
		switch s.nodes[w].Text {
		case "kill", "pkill", "killall":
		default:
			return false
		}
	}
	return true
}

// opensInside tells whether a descriptor is opened within a child.
func (s *script) opensInside(sub protocol.ID, slot int) (found bool) {
	s.inside(sub, func(n *node) {
		found = found || n.Op == protocol.Open && n.fd == slot
	})
	return found
}
