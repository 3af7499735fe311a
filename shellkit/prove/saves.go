package prove

import "github.com/lockkit/lockkit/shellkit/protocol"

// findSaves gives every redirect that hides a descriptor a slot for what it hides.
// Redirects of which none can be in force inside another share one: a function has
// the same redirect wherever it is called.
func (s *script) findSaves() {
	type hidden struct {
		id     protocol.ID
		inside map[protocol.ID]bool // where it is in force
	}
	var slots [][]hidden
	for i := range s.nodes {
		n := &s.nodes[i]
		if !n.Mode.Has(protocol.Save) || n.fd == none || s.isNothing(n) {
			continue
		}
		h := hidden{protocol.ID(i), s.inForce(protocol.ID(i))}
		at := 0
		for ; at < len(slots); at++ {
			first, apart := &s.nodes[slots[at][0].id], true
			for _, other := range slots[at] {
				apart = apart && !h.inside[other.id] && !other.inside[h.id]
			}
			if apart && first.fd == n.fd {
				break
			}
		}
		if at == len(slots) {
			slots = append(slots, nil)
			s.savers = append(s.savers, h.id)
		}
		slots[at] = append(slots[at], h)
		n.save = s.tables + at
	}
	s.saves = len(slots)
}

// inForce lists where a redirect may be in force: behind it, in the handlers and
// children that begin there too, up to where it is taken back.
func (s *script) inForce(redirect protocol.ID) map[protocol.ID]bool {
	seen := map[protocol.ID]bool{}
	s.wander(s.nodes[redirect].Next, func(n *node) []protocol.ID {
		seen[n.id] = true
		if n.Op == protocol.Restore && n.Body == redirect {
			return nil
		}
		next := []protocol.ID{n.Next, n.Else}
		if n.Op == protocol.Spawn {
			next = append(next, n.Body)
		}
		for _, sig := range s.Handlers[n.Handlers].Signal {
			next = append(next, sig.Entry)
		}
		return next
	})
	return seen
}
