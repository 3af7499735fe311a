package prove

import (
	"slices"

	"github.com/lockkit/lockkit/shellkit/protocol"
)

// fold returns the protocol with its edges led to one of those nodes that do the
// same and go on the same way, however long one looks: extraction copies what
// follows a branch on which something was decided. Nodes keep their numbers; copies
// are no longer reached, and nothing is left of them.
func fold(p *protocol.Protocol) *protocol.Protocol {
	f := newFolder(p)
	for f.refine() {
	}
	out := *p
	out.Nodes, out.Handlers = slices.Clone(p.Nodes), slices.Clone(p.Handlers)
	first := make([]protocol.ID, f.count)
	for i := len(p.Nodes) - 1; i >= 0; i-- {
		first[f.class[i]] = protocol.ID(i)
	}
	lead := func(id *protocol.ID) {
		if *id != none {
			*id = first[f.class[*id]]
		}
	}
	for i := range out.Nodes {
		n := &out.Nodes[i]
		lead(&n.Next)
		if lead(&n.Else); n.Else == n.Next && p.Nodes[i].Else != p.Nodes[i].Next {
			n.Else = p.Nodes[i].Else // a script that asks is not one that does not
		}
		if n.Op == protocol.Spawn || n.Op == protocol.Trap {
			lead(&n.Body)
		}
	}
	for i := range out.Handlers {
		for s := range out.Handlers[i].Signal {
			lead(&out.Handlers[i].Signal[s].Entry)
		}
	}
	dropCopies(&out)
	return &out
}

// dropCopies leaves nothing of the nodes that no process comes to.
func dropCopies(p *protocol.Protocol) {
	seen := make([]bool, len(p.Nodes))
	todo := []protocol.ID{0}
	for len(todo) > 0 {
		id := todo[len(todo)-1]
		todo = todo[:len(todo)-1]
		if id == none || seen[id] {
			continue
		}
		seen[id] = true
		n := &p.Nodes[id]
		todo = append(todo, n.Next, n.Else)
		if n.Op == protocol.Spawn || n.Op == protocol.Trap {
			todo = append(todo, n.Body)
		}
		h := &p.Handlers[n.Handlers]
		for _, on := range h.Signal {
			todo = append(todo, on.Entry, on.Armed)
		}
		todo = append(todo, h.Exit)
	}
	for i := range p.Nodes {
		if !seen[i] {
			p.Nodes[i] = protocol.Node{Op: protocol.End, Path: none, To: none, FD: none, From: none, Next: none, Else: none, Body: none}
		}
	}
}

// folder splits nodes into classes until all of a class lead to the same classes.
type folder struct {
	p     *protocol.Protocol
	class []int
	count int
}

// signature is what makes two nodes differ, as far as it is known by now.
type signature struct{ own, next, other, body, handlers int }

func newFolder(p *protocol.Protocol) *folder {
	f := &folder{p: p, class: make([]int, len(p.Nodes))}
	kinds, named := map[protocol.Node]int{}, map[protocol.ID]bool{}
	for i := range p.Nodes {
		if n := &p.Nodes[i]; (n.Op == protocol.Wait || n.Op == protocol.Alive) && n.Body != none {
			named[n.Body] = true
		}
	}
	for i := range p.Nodes {
		n := p.Nodes[i]
		n.Next, n.Else, n.Handlers = none, none, 0
		switch n.Op {
		case protocol.Spawn, protocol.Trap:
			n.Body = none
		case protocol.Sub, protocol.EndSub, protocol.Restore, protocol.Wait:
			n.Next = protocol.ID(i) // somebody names it, or it names somebody
		}
		if n.Mode.Has(protocol.Save) || named[protocol.ID(i)] {
			n.Next = protocol.ID(i)
		}
		if _, known := kinds[n]; !known {
			kinds[n] = len(kinds)
		}
		f.class[i] = kinds[n]
	}
	f.count = len(kinds)
	return f
}

// refine splits once and tells whether that made more classes.
func (f *folder) refine() bool {
	of := func(id protocol.ID) int {
		if id == none {
			return none
		}
		return f.class[id]
	}
	type handler [1 + 3*protocol.NumSignals]int
	sets, set := map[handler]int{}, make([]int, len(f.p.Handlers))
	for i := range f.p.Handlers {
		h := handler{of(f.p.Handlers[i].Exit)}
		for s, on := range f.p.Handlers[i].Signal {
			h[1+3*s], h[2+3*s], h[3+3*s] = int(on.Do), of(on.Entry), of(on.Armed)
		}
		if _, known := sets[h]; !known {
			sets[h] = len(sets)
		}
		set[i] = sets[h]
	}
	kinds := make(map[signature]int, f.count)
	class := make([]int, len(f.class))
	for i := range f.p.Nodes {
		n := &f.p.Nodes[i]
		s := signature{f.class[i], of(n.Next), of(n.Else), none, set[n.Handlers]}
		if n.Op == protocol.Spawn || n.Op == protocol.Trap {
			s.body = of(n.Body)
		}
		if _, known := kinds[s]; !known {
			kinds[s] = len(kinds)
		}
		class[i] = kinds[s]
	}
	more := len(kinds) > f.count
	f.class, f.count = class, len(kinds)
	return more
}
