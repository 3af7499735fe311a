package prove

import (
	"iter"
	"slices"

	"github.com/lockkit/lockkit/shellkit/protocol"
)

// findWholeWaits finds the Waits for every child that the process can have there, and that
// these can have of their own.
func (s *script) findWholeWaits() {
	var waits, spawns []*node
	for i := range s.nodes {
		switch n := &s.nodes[i]; {
		case n.Op == protocol.Wait && n.Body == none:
			waits = append(waits, n)
		case n.Op == protocol.Spawn:
			spawns = append(spawns, n)
		}
	}
	if len(spawns) == 0 {
		for _, w := range waits {
			w.everyone = true
		}
	}
	if len(waits) == 0 || len(spawns) == 0 {
		return
	}
	ahead := s.ahead(waits)
	nested := map[*node][]protocol.ID{} // by Spawn: those that its child may come to
	for _, n := range spawns {
		s.wander(n.Body, func(c *node) []protocol.ID {
			on := []protocol.ID{c.Next, c.Else}
			if c.Op == protocol.Spawn {
				nested[n], on = append(nested[n], c.id), append(on, c.Body)
			}
			return on
		})
	}
	for k, w := range waits {
		w.everyone = !slices.ContainsFunc(spawns, func(n *node) bool {
			others := func(id protocol.ID) bool { return !slices.Contains(w.own, id) }
			return ahead[n.id].has(k) && (others(n.id) || slices.ContainsFunc(nested[n], others))
		})
	}
}

// many is a set of small numbers.
type many []uint64

func (m many) has(i int) bool { return m[i/64]&(1<<(i%64)) != 0 }

// join adds what another one has, and tells whether that is something new.
func (m many) join(other many) (grown bool) {
	for i := range m {
		grown = grown || other[i]&^m[i] != 0
		m[i] |= other[i]
	}
	return grown
}

// ahead tells, by node, to which of these a process may come from it, be it by a signal.
func (s *script) ahead(these []*node) []many {
	size := (len(these) + 63) / 64
	room := make(many, size*len(s.nodes))
	out := make([]many, len(s.nodes))
	for i := range out {
		out[i] = room[i*size : (i+1)*size]
	}
	for k, n := range these {
		out[n.id][k/64] |= 1 << (k % 64)
	}
	before := s.backwards()
	todo := make([]protocol.ID, len(s.nodes))
	for i := range todo {
		todo[i] = protocol.ID(i)
	}
	for len(todo) > 0 { // those behind first
		id := todo[len(todo)-1]
		todo = todo[:len(todo)-1]
		for _, from := range before[id] {
			if out[from].join(out[id]) {
				todo = append(todo, from)
			}
		}
	}
	return out
}

// backwards lists, by node, from where a process may come to it, be it by a signal.
func (s *script) backwards() [][]protocol.ID {
	count := make([]int, len(s.nodes))
	all := 0
	for i := range s.nodes {
		for to := range s.leadsOn(&s.nodes[i]) {
			count[to]++
			all++
		}
	}
	room := make([]protocol.ID, all) // one for all of them
	before := make([][]protocol.ID, len(s.nodes))
	for i, n := range count {
		before[i], room = room[:0:n], room[n:]
	}
	for i := range s.nodes {
		for to := range s.leadsOn(&s.nodes[i]) {
			before[to] = append(before[to], protocol.ID(i))
		}
	}
	return before
}

// leadsOn lists where a process may come next from a node, be it by a signal.
func (s *script) leadsOn(n *node) iter.Seq[protocol.ID] {
	return func(yield func(protocol.ID) bool) {
		if n.Next != none && !yield(n.Next) || n.Else != none && !yield(n.Else) {
			return
		}
		for _, h := range s.Handlers[n.Handlers].Signal {
			if h.Entry != none && !yield(h.Entry) {
				return
			}
		}
	}
}
