package extract

import "github.com/lockkit/lockkit/shellkit/protocol"

// graph answers what settle asks about how nodes hang together.
type graph struct {
	p       *protocol.Protocol
	entries []int // how many edges, bodies and handlers lead to a node
	preds   [][]protocol.ID
}

func newGraph(p *protocol.Protocol) *graph {
	g := &graph{p: p, entries: make([]int, len(p.Nodes)), preds: make([][]protocol.ID, len(p.Nodes))}
	enter := func(id protocol.ID) {
		if id != protocol.None {
			g.entries[id]++
		}
	}
	if len(p.Nodes) > 0 {
		g.entries[0]++
	}
	for i := range p.Nodes {
		n := &p.Nodes[i]
		p.Succs(protocol.ID(i), func(to protocol.ID) {
			enter(to)
			g.preds[to] = append(g.preds[to], protocol.ID(i))
		})
		enter(n.Body)
	}
	for i := range p.Handlers {
		for _, s := range p.Handlers[i].Signal {
			enter(s.Entry)
		}
	}
	return g
}

// reaches tells whether a way leads from one node to another without passing avoid.
func (g *graph) reaches(from, to, avoid protocol.ID) bool {
	seen := make([]bool, len(g.p.Nodes))
	todo := []protocol.ID{from}
	for len(todo) > 0 {
		id := todo[len(todo)-1]
		todo = todo[:len(todo)-1]
		if id == protocol.None || id == avoid || seen[id] {
			continue
		}
		if id == to {
			return true
		}
		seen[id] = true
		g.p.Succs(id, func(next protocol.ID) { todo = append(todo, next) })
	}
	return false
}

// waits tells whether a failed claim is tried again.
func (g *graph) waits(id protocol.ID) bool {
	return g.reaches(g.p.Nodes[id].Else, id, protocol.None)
}

// guarded tells whether a run that finds the path of a create there, or its owner
// alive, stays away from it, while one that does not find it comes to the create.
func (g *graph) guarded(create protocol.ID) bool {
	path := g.p.Nodes[create].Path
	for i := range g.p.Nodes {
		n := &g.p.Nodes[i]
		id := protocol.ID(i)
		switch n.Op {
		case protocol.Test, protocol.Alive, protocol.Own:
		default:
			continue
		}
		if n.Path != path || n.Else == protocol.None || n.Next == n.Else {
			continue
		}
		if !g.reaches(n.Next, create, id) && g.reaches(n.Else, create, id) {
			return true
		}
	}
	return false
}

// follows tells whether an operation of that kind on the path comes shortly before
// the node on some way.
func (g *graph) follows(id protocol.ID, op protocol.Op, path int) bool {
	todo := []protocol.ID{id}
	for step := 0; step < 6 && len(todo) > 0; step++ {
		var next []protocol.ID
		for _, n := range todo {
			for _, before := range g.preds[n] {
				if m := &g.p.Nodes[before]; m.Op == op && m.Path == path {
					return true
				}
				next = append(next, before)
			}
		}
		todo = next
	}
	return false
}
