package prove

import "github.com/lockkit/lockkit/shellkit/protocol"

// judgeInverted looks at an acquisition whose outcomes are mistaken for each other: who
// gets the lock leaves without any work, and who does not get it works. Whoever writes
// so means the work to be done under the lock.
func (s *script) judgeInverted(id protocol.ID) {
	n := &s.nodes[id]
	if s.usedElsewhere(id) || !s.leavesIdle(n) {
		return
	}
	if len(protocol.Instead(s.Protocol, s.known(), id)) > 0 {
		return
	}
	work := protocol.WorkFrom(s.Protocol, s.known(), n.Else)
	if len(work) > 0 && !s.onlySignals(work) {
		s.lack(work, id)
	}
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
// until then.
func (s *script) leavesIdle(locked *node) bool {
	idle, leaves := true, false
	s.walk(locked.Next, func(n *node) bool {
		switch n.Op {
		case protocol.Leave, protocol.End:
			leaves = true
			return false
		case protocol.Work:
			idle = idle && (n.Mode&(protocol.Quiet|protocol.Minor) != 0 || n.Text == "sleep")
		case protocol.Choose, protocol.Trap, protocol.Test, protocol.Load, protocol.Sub:
		case protocol.EndSub:
			idle = idle && (locked.fd == none || !s.opensInside(n.Body, locked.fd))
		default: // among them whatever ends the hold on purpose
			idle = false
		}
		return idle
	})
	return idle && leaves
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
