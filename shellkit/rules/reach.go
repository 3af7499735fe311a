package rules

import "github.com/lockkit/lockkit/shellkit/protocol"

// A step says where a walk goes on behind a node.
type step func(protocol.ID) []protocol.ID

// reach returns every node that a walk from the given ones comes to, themselves
// included, nearest first.
func (s *Script) reach(next step, from ...protocol.ID) []protocol.ID {
	seen := make([]bool, len(s.Nodes))
	var out []protocol.ID
	visit := func(ids []protocol.ID) {
		for _, id := range ids {
			if id != protocol.None && !seen[id] {
				seen[id] = true
				out = append(out, id)
			}
		}
	}
	visit(from)
	for i := 0; i < len(out); i++ {
		visit(next(out[i]))
	}
	return out
}

// on follows both edges; a command that was not understood is a wall, because
// it may do anything, leave included.
func (s *Script) on(id protocol.ID) []protocol.ID {
	if s.Nodes[id].Op == protocol.Opaque {
		return nil
	}
	var out []protocol.ID
	s.Succs(id, func(to protocol.ID) { out = append(out, to) })
	return out
}

// without is the walk of a process that never gets the lock at path.
func (s *Script) without(path int) step {
	return func(id protocol.ID) []protocol.ID {
		if s.acquires(id, path) {
			if e := s.Nodes[id].Else; e != protocol.None {
				return []protocol.ID{e}
			}
			return nil
		}
		return s.on(id)
	}
}

// staying cuts a walk where the process is on its way out.
func (s *Script) staying(next step) step {
	return func(id protocol.ID) []protocol.ID {
		if s.Nodes[id].Op == protocol.Leave {
			return nil
		}
		return next(id)
	}
}

// until cuts a walk behind the nodes that stop says yes to.
func until(stop func(protocol.ID) bool, next step) step {
	return func(id protocol.ID) []protocol.ID {
		if stop(id) {
			return nil
		}
		return next(id)
	}
}

// comesTo returns the first node that the walk finds and want says yes to.
func (s *Script) comesTo(next step, want func(protocol.ID) bool, from ...protocol.ID) (protocol.ID, bool) {
	for _, id := range s.reach(next, from...) {
		if want(id) {
			return id, true
		}
	}
	return protocol.None, false
}

// firstWork returns the work that is done first under the lock at path that the
// node acquires, on each way.
func (s *Script) firstWork(id protocol.ID, path int) []protocol.ID {
	working := func(n protocol.ID) bool { return s.works(n) && len(s.held(n, path)) > 0 }
	var out []protocol.ID
	for _, n := range s.reach(s.staying(until(working, s.on)), s.Nodes[id].Next) {
		if working(n) {
			out = append(out, n)
		}
	}
	return out
}

// guarded tells whether the script asks, on its way from the node to the
// target, whether it may: it reads an owner or a condition of which nothing is
// known, and one answer leads past the target.
func (s *Script) guarded(from, target protocol.ID, next step) bool {
	leads := func(id protocol.ID) bool {
		if id == protocol.None {
			return false
		}
		_, ok := s.comesTo(next, func(n protocol.ID) bool { return n == target }, id)
		return ok
	}
	guard := func(id protocol.ID) bool {
		switch n := &s.Nodes[id]; n.Op {
		case protocol.Own:
			return true
		case protocol.Choose, protocol.Alive:
			return leads(n.Next) != leads(n.Else)
		}
		return false
	}
	_, free := s.comesTo(until(guard, next), func(n protocol.ID) bool { return n == target }, from)
	return !free
}
