package funcs

import "github.com/lockkit/lockkit/shellkit/protocol"

// A proof goes by what a script takes for its lock. What the functions call success
// is more than that: whatever they met on the way, the work is done with the lock,
// and alone.

// unlocked tells whether a run can come to the work without the exclusive lock on a
// path: it was never taken, could not be had, or is let go again. A child that nobody
// waits for has none that lasts.
func unlocked(p *protocol.Protocol, path string) bool {
	type place struct {
		id   protocol.ID
		held bool
	}
	facts := protocol.Flow(p)
	about := func(s *protocol.State, fd int) bool {
		for _, open := range s.Opens(fd) {
			if open >= 0 && p.Paths[p.Nodes[open].Path].Text == path {
				return true
			}
		}
		return false
	}
	open := func(s *protocol.State) bool { // a lock is gone when nothing leads to it
		for i := range p.Paths {
			if p.Paths[i].Text == path && len(s.Held(i)) > 0 {
				return true
			}
		}
		return false
	}
	seen := map[place]bool{}
	for todo := []place{{}}; len(todo) > 0 && len(p.Nodes) > 0; {
		at := todo[len(todo)-1]
		todo = todo[:len(todo)-1]
		if at.id == protocol.None || seen[at] || facts.At(at.id) == nil {
			continue
		}
		seen[at] = true
		n := &p.Nodes[at.id]
		if n.Op == protocol.Work && n.Text == "work" && !at.held {
			return true
		}
		locks := n.Op == protocol.Flock && about(facts.At(at.id), n.FD)
		won := at.held
		if locks {
			won = !n.Mode.Has(protocol.Unlock) && !n.Mode.Has(protocol.Shared)
		}
		todo = append(todo, place{n.Next, won && open(facts.Out(at.id, true))})
		if n.Else != protocol.None {
			lost := at.held && (!locks || n.Mode.Has(protocol.Unlock))
			todo = append(todo, place{n.Else, lost && open(facts.Out(at.id, false))})
		}
		if n.Op == protocol.Spawn {
			todo = append(todo, place{n.Body, false})
		}
	}
	return false
}
