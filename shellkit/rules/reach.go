package rules

import (
	"slices"

	"github.com/lockkit/lockkit/shellkit/protocol"
)

// A step says where a walk goes on behind a node: to two nodes, one, or none.
type step func(protocol.ID) (a, b protocol.ID)

// reach returns every node that a walk from the given ones comes to, themselves
// included, nearest first.
func (s *Script) reach(next step, from ...protocol.ID) []protocol.ID {
	t := s.trail()
	for _, id := range from {
		t.visit(id)
	}
	for i := 0; i < len(t.found); i++ {
		a, b := next(t.found[i])
		t.visit(a)
		t.visit(b)
	}
	out := slices.Clone(t.found)
	s.trails = append(s.trails, t)
	return out
}

// A trail is what one walk has come to. Walks are many and most are short: what one has
// used is kept for the next, and nothing in it has to be wiped.
type trail struct {
	seen  []uint32 // by node: the last walk that came to it
	turn  uint32   // which walk this is
	found []protocol.ID
}

// trail returns one for a new walk; whoever is done with it gives it back to s.trails.
func (s *Script) trail() *trail {
	if len(s.trails) == 0 {
		return &trail{seen: make([]uint32, len(s.Nodes)), turn: 1}
	}
	t := s.trails[len(s.trails)-1]
	s.trails = s.trails[:len(s.trails)-1]
	t.found = t.found[:0]
	if t.turn++; t.turn == 0 {
		clear(t.seen)
		t.turn = 1
	}
	return t
}

func (t *trail) visit(id protocol.ID) {
	if id != protocol.None && t.seen[id] != t.turn {
		t.seen[id] = t.turn
		t.found = append(t.found, id)
	}
}

// nowhere ends a walk.
const nowhere protocol.ID = protocol.None

// on follows both edges; a command that was not understood is a wall, because
// it may do anything, leave included.
func (s *Script) on(id protocol.ID) (a, b protocol.ID) {
	n := &s.Nodes[id]
	if n.Op == protocol.Opaque {
		return nowhere, nowhere
	}
	return n.Next, n.Else
}

// without is the walk of a process that never gets the lock at path.
func (s *Script) without(path int) step {
	return func(id protocol.ID) (a, b protocol.ID) {
		if s.acquires(id, path) {
			return s.Nodes[id].Else, nowhere
		}
		return s.on(id)
	}
}

// staying cuts a walk where the process is on its way out.
func (s *Script) staying(next step) step {
	return func(id protocol.ID) (a, b protocol.ID) {
		if s.Nodes[id].Op == protocol.Leave {
			return nowhere, nowhere
		}
		return next(id)
	}
}

// until cuts a walk behind the nodes that stop says yes to.
func until(stop func(protocol.ID) bool, next step) step {
	return func(id protocol.ID) (a, b protocol.ID) {
		if stop(id) {
			return nowhere, nowhere
		}
		return next(id)
	}
}

// comesTo returns the first node that the walk finds and want says yes to.
func (s *Script) comesTo(next step, want func(protocol.ID) bool, from ...protocol.ID) (protocol.ID, bool) {
	t := s.trail()
	defer func() { s.trails = append(s.trails, t) }()
	for _, id := range from {
		t.visit(id)
	}
	for i := 0; i < len(t.found); i++ {
		if want(t.found[i]) {
			return t.found[i], true
		}
		a, b := next(t.found[i])
		t.visit(a)
		t.visit(b)
	}
	return nowhere, false
}

// leadsTo returns, by node, whether a walk from it over both edges comes to one
// that want says yes to, itself included.
func (s *Script) leadsTo(want func(protocol.ID) bool) []bool { return s.leading(s.on, want) }

// leading is leadsTo for a walk by these steps.
func (s *Script) leading(next step, want func(protocol.ID) bool) []bool {
	return s.backFrom(s.backwards(next), want)
}

// backwards returns, by node, from where a walk by these steps comes to it.
func (s *Script) backwards(next step) [][]protocol.ID {
	before := make([][]protocol.ID, len(s.Nodes))
	for i := range s.Nodes {
		a, b := next(protocol.ID(i))
		for _, to := range [...]protocol.ID{a, b} {
			if to != nowhere {
				before[to] = append(before[to], protocol.ID(i))
			}
		}
	}
	return before
}

// backFrom returns, by node, whether it leads to one that want says yes to.
func (s *Script) backFrom(before [][]protocol.ID, want func(protocol.ID) bool) []bool {
	out := make([]bool, len(s.Nodes))
	var todo []protocol.ID
	for i := range s.Nodes {
		if id := protocol.ID(i); want(id) {
			out[id] = true
			todo = append(todo, id)
		}
	}
	for len(todo) > 0 {
		id := todo[len(todo)-1]
		todo = todo[:len(todo)-1]
		for _, from := range before[id] {
			if !out[from] {
				out[from] = true
				todo = append(todo, from)
			}
		}
	}
	return out
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

// leadsBy is a target, and by which steps a walk comes there.
type leadsBy struct {
	walk   string
	target protocol.ID
}

// guarded tells whether the script asks, on its way from the node to the
// target, whether it may: it reads an owner or a condition of which nothing is
// known, and one answer leads past the target.
//
// walk names the steps: for equal targets under one name it is found out once from where
// a walk comes there.
func (s *Script) guarded(from, target protocol.ID, walk string, next step) bool {
	there := func(n protocol.ID) bool { return n == target }
	key := leadsBy{walk, target}
	leading, known := s.leads[key]
	if !known {
		before, known := s.back[walk]
		if !known {
			before = s.backwards(next)
			s.back[walk] = before
		}
		leading = s.backFrom(before, there)
		s.leads[key] = leading
	}
	leads := func(id protocol.ID) bool { return id != protocol.None && leading[id] }
	guard := func(id protocol.ID) bool {
		switch n := &s.Nodes[id]; n.Op {
		case protocol.Own:
			return true
		case protocol.Choose, protocol.Alive: // whether the target itself works is another question
			return leads(n.Next) != leads(n.Else) && !n.Span.Covers(s.Nodes[target].Span)
		}
		return false
	}
	_, free := s.comesTo(until(guard, next), there, from)
	return !free
}
