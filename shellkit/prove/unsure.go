package prove

import (
	"slices"

	"github.com/lockkit/lockkit/shellkit/protocol"
)

// A question that was not understood may be the one whether the lock was got. A run that
// did not get it is not followed beyond such a question where one answer leads to what
// only a holder may do: which answer it hears is not known, and a schedule that rests on
// the wrong one shows nothing.

// wonder notes the questions on which it hangs whether a run without a lock comes to what
// the lock is for. A program whose end decides is heard by everybody.
func (s *script) wonder(lock int, asked []protocol.ID) {
	for _, id := range asked {
		if !slices.Contains(s.wondered, id) {
			s.wondered = append(s.wondered, id)
		}
		if n := &s.nodes[id]; s.asksVariable(n, lock) {
			n.unsure |= 1 << lock
			n.local = false
		}
	}
}

// judgeTakingAway finds the questions on which it hangs whether a run that is not let in
// takes away the lock of another one.
func (s *script) judgeTakingAway() {
	for i := range s.nodes {
		id := protocol.ID(i)
		lock := s.takes(id)
		if lock == none || s.nodes[i].ignored() {
			continue
		}
		var away []protocol.ID
		for j := range s.nodes {
			if n := &s.nodes[j]; (n.Op == protocol.Remove || n.Op == protocol.Rename) && n.lock == lock {
				away = append(away, n.id)
			}
		}
		if len(away) == 0 {
			continue
		}
		_, asked := s.loser(lock, away, nil).follow(s.nodes[i].Else)
		s.wonder(lock, slices.DeleteFunc(asked, func(id protocol.ID) bool { return !s.asksVariable(&s.nodes[id], lock) }))
	}
}

// wonders tells whether a process stands at a question that may be whether it got a lock,
// and does not have that lock.
func (m *model) wonders(p *proc) bool {
	n := m.node(p.script, p.pc)
	if n.unsure == 0 {
		return false
	}
	for l := range p.belief {
		if n.unsure.has(l) && p.belief[l].mode == 0 {
			return true
		}
	}
	return false
}
