package machine

import (
	"github.com/lockkit/lockkit/shellkit/shell"
)

// outputOf is what a program prints: something of its own, where nothing more is known.
func (m *machine) outputOf(c *call, s *State) Value {
	if v, ok := m.printedBy(c, s); ok {
		return v
	}
	return m.occurrence(c, s, "printed")
}

// prints is the state in which something was printed to standard output. line says that a
// line end stands behind it.
func (s *State) prints(v Value, line bool) *State {
	to := s.fds.get(1)
	if !to.open || len(to.to) == 0 || to.to[0] != captured[0] || v.Key == "" && v.Known {
		return s
	}
	depth, ok := shell.Number(string(to.to[1:]))
	if !ok {
		return s
	}
	if line && v.Known {
		v = v.with(Literal("\n"))
	}
	t := s.withOutput(depth, v)
	if !v.Known && t != s {
		t.facts = without(t.facts, v.Key)
	}
	return t
}

// withOutput adds to what the child has printed that stands at a depth of the frames. What
// is printed by a child of it is kept there, for its parent gets it at the end.
func (s *State) withOutput(depth int, v Value) *State {
	f := s.stack
	var above []*frame
	for f != nil && f.depth() > depth {
		above = append(above, f)
		f = f.up
	}
	if f == nil || f.out == nil {
		return s
	}
	g := *f
	out := *f.out
	g.hash = 0
	switch {
	case v.Key == "":
		out.lost = true
	default:
		out.text = out.text.with(v)
	}
	g.out = &out
	at := &g
	for i := len(above) - 1; i >= 0; i-- {
		h := *above[i]
		h.up, h.hash = at, 0
		at = &h
	}
	t := s.clone()
	t.stack = at
	return t
}
