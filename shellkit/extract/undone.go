package extract

import "github.com/lockkit/lockkit/shellkit/protocol"

// A command that removes or moves one name has not done so where it fails: rmdir L || rm
// -rf L removes one lock, and not two. That a release fails for good is not counted,
// though: where nothing else removes the name later, it is gone in either case.

// undone marks a Remove, until it is settled, that is done where its command fails.
const undone = protocol.Waits

// carriedOut is a command that does one thing, with what is swept away by it.
func (x *walker) carriedOut(c *call, f flow, n protocol.Node, s sweep) []flow {
	out := x.settled(c, f)
	for i, g := range out {
		do := n
		if g.st.status.nonzero {
			do.Op, do.To, do.Mode = protocol.Remove, protocol.None, n.Mode|undone
		}
		out[i] = x.sweeps(x.then(g, do), s)
	}
	return out
}

// settleUndone takes the removals back that have failed, where the name is removed later.
func settleUndone(p *protocol.Protocol) {
	var g *graph
	for i := range p.Nodes {
		n := &p.Nodes[i]
		if n.Op != protocol.Remove || !n.Mode.Has(undone) {
			continue
		}
		if g == nil {
			g = newGraph(p)
		}
		if g.removedLater(protocol.ID(i)) {
			*n = idle(n)
		} else {
			n.Mode &^= undone
		}
	}
}

// removedLater tells whether the name that a node removes is removed or moved again behind
// it, whatever comes, before anybody makes it anew and before the process ends. What a
// signal would have done alone does not count: mostly none comes. Who goes back from a
// handler may do so at any place from which the name is removed later.
func (g *graph) removedLater(removal protocol.ID) bool {
	path := g.p.Nodes[removal].Path
	look := func(n *protocol.Node) (found, wall bool) {
		if n.Path != path {
			return false, false
		}
		switch n.Op {
		case protocol.Remove, protocol.Rename:
			found = true
		case protocol.Claim, protocol.Create, protocol.Store, protocol.Open:
			wall = true
		}
		return found, wall
	}
	goesBack, ends := false, false
	g.comes(g.p.Nodes[removal].Next, protocol.None, func(id protocol.ID) bool {
		n := &g.p.Nodes[id]
		found, wall := look(n)
		goesBack = goesBack || !found && n.Op == protocol.Resume
		ends = ends || !found && (wall || n.Op == protocol.End)
		return found || wall
	})
	return !ends && (!goesBack || g.afterwards(removal, look))
}
