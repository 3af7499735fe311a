package prove

import "github.com/lockkit/lockkit/shellkit/protocol"

// A background child that closes the lock's descriptor behind some work keeps the lock as
// long as it works: it must be met there. Elsewhere what it works at makes no difference.

// findLingering finds such work.
func (s *script) findLingering() {
	bodies := map[protocol.ID]bool{}
	for i := range s.nodes {
		if n := &s.nodes[i]; n.Op == protocol.Spawn {
			s.walk(n.Body, func(c *node) bool {
				bodies[c.id] = true
				return true
			})
		}
	}
	if len(bodies) == 0 {
		return
	}
	gives := s.leading(func(c *node) bool {
		return bodies[c.id] && (c.Op == protocol.Close && c.fd != none && !c.Mode.Has(protocol.Save) || c.execs)
	})
	for id := range bodies {
		if n := &s.nodes[id]; n.Op == protocol.Work && !n.execs && n.Mode.Has(protocol.Program) && !n.Mode.Has(protocol.Quiet) && gives[id] {
			n.lingers, n.local = true, false
		}
	}
}
