package protocol

import "slices"

// Workers lists the Spawns in loops whose children work on without a lock under which
// they were started: nobody waits for them, and they neither keep a descriptor of it
// nor have or give up a lock themselves. A single child may be a daemon that is meant
// to stay, and so is one that a substitution hands out the number of.
func Workers(p *Protocol, f *Facts) []ID {
	e := early{p, f}
	var out []ID
	for i := range p.Nodes {
		id, n := ID(i), &p.Nodes[i]
		if n.Op != Spawn || f.At(id) == nil || f.around[id] != None || !e.startedAgain(id) || e.waitsFrom(n.Next) {
			continue
		}
		for _, h := range f.At(id).Holds {
			if h.Path != None && !p.Paths[h.Path].Private && e.worksWithout(n.Body, h) {
				out = append(out, id)
				break
			}
		}
	}
	return out
}

// startedAgain tells whether a process that has passed a node comes to the same command
// once more.
func (e early) startedAgain(id ID) (again bool) {
	e.walk(e.Nodes[id].Next, func(at ID) bool {
		again = again || at == id || e.Nodes[at].Op == Spawn && e.Nodes[at].Span == e.Nodes[id].Span
		return !again && e.Nodes[at].Op != Leave
	})
	return again
}

// waitsFrom tells whether a process can come to wait for its children from a node.
func (e early) waitsFrom(from ID) (waits bool) {
	e.walk(from, func(at ID) bool {
		waits = waits || e.Nodes[at].Op == Wait
		return !waits
	})
	return waits
}

// worksWithout tells whether a child works and has nothing to do with any lock, that of
// its parent included.
func (e early) worksWithout(body ID, h Hold) bool {
	works, cares := false, false
	e.walk(body, func(at ID) bool {
		n, in := &e.Nodes[at], e.facts.At(at)
		if in == nil {
			return false
		}
		cares = cares || e.Acquires(at) || n.Op == Remove && n.Path == h.Path || n.Op == Opaque
		if n.works() && n.Mode.Has(Program) && n.Text != "sleep" {
			works = true
			cares = cares || e.inherits(at, h)
		}
		return !cares
	})
	return works && !cares
}

// inherits tells whether the program that a node runs gets a descriptor of a hold.
func (e early) inherits(at ID, h Hold) bool {
	n := &e.Nodes[at]
	for fd, opens := range e.facts.At(at).FDs {
		if h.Open != None && slices.Contains(opens, h.Open) && !(n.Mode.Has(Exclude) && n.FD == fd) {
			return true
		}
	}
	return false
}
