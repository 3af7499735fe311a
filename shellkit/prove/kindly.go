package prove

import "github.com/lockkit/lockkit/shellkit/protocol"

// One fault of a lock may hide another: where two runs get in anyhow, the schedule in which a
// trap lets the second one in is met by a shorter one. In a kinder world, where nothing grows
// old and nobody comes between a question and what is made by the answer, there are fewer
// schedules, and all of them are real.

// makesAtOnce is the process that has found no lock and is about to make it, none where there
// is no such one or the world is not kind.
func (m *model) makesAtOnce(s *State) int {
	if !m.opt.kindly {
		return none
	}
	for i := range s.proc {
		p := &s.proc[i]
		if p.life == alive && p.pc < atWork && p.due == 0 && m.makesName(m.node(p.script, p.pc)) {
			return i
		}
	}
	return none
}

// makesName tells of a node that makes a lock without asking whether it is there.
func (m *model) makesName(n *node) bool {
	return n.Op == protocol.Create && n.lock != none && m.locks[n.lock].kind == protocol.Exists
}

// hides tells whether there is anything in a model that a kind world has otherwise.
func (m *model) hides() bool {
	for _, s := range m.scripts {
		for i := range s.nodes {
			if n := &s.nodes[i]; m.makesName(n) || n.Mode.Has(protocol.Expires) && (n.Op == protocol.Claim || n.Op == protocol.Alive) {
				return true
			}
		}
	}
	return false
}
