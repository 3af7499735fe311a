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
			if apart && first.fd == n.fd && first.ontoItself() == n.ontoItself() {
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
	todo := []protocol.ID{s.nodes[redirect].Next}
	for len(todo) > 0 {
		id := todo[len(todo)-1]
		todo = todo[:len(todo)-1]
		if id == none || seen[id] {
			continue
		}
		seen[id] = true
		n := &s.nodes[id]
		if n.Op == protocol.Restore && n.Body == redirect {
			continue
		}
		s.Succs(id, func(to protocol.ID) { todo = append(todo, to) })
		if n.Op == protocol.Spawn {
			todo = append(todo, n.Body)
		}
		h := &s.Handlers[n.Handlers]
		for _, sig := range h.Signal {
			todo = append(todo, sig.Entry)
		}
	}
	return seen
}
