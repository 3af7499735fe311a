package rules

import (
	"github.com/lockkit/lockkit/shellkit/diag"
	"github.com/lockkit/lockkit/shellkit/protocol"
)

var fdNotOpen = &Rule{
	Rule: diag.Rule{
		Code: "LK108", Slug: "fd-not-open", Level: diag.Error,
		Title: "the descriptor that is locked is not open",
	},
	Breaks: []Property{Exclusion, Entry},
	Find:   findFDNotOpen,
}

func findFDNotOpen(s *Script) []diag.Finding {
	var out []diag.Finding
	opened := map[[5]any]bool{} // on some way; on another the opening may have failed
	for i := range s.Nodes {
		if id := protocol.ID(i); s.Nodes[i].Op == protocol.Flock && s.Facts.At(id) != nil && !s.unopened(id) {
			opened[place(s.Nodes[i].Span)] = true
		}
	}
	for i := range s.Nodes {
		id, n := protocol.ID(i), &s.Nodes[i]
		if n.Op == protocol.Misuse && n.Text == protocol.MisuseBraceFD {
			f := s.at(id, "nothing is opened: with a blank in front of the redirect the shell runs a program called {fd}")
			f.NoFix = "the blank has to go"
			out = append(out, f)
			continue
		}
		if n.Op != protocol.Flock || n.Mode.Has(protocol.Unlock) || n.FD <= 2 || s.Facts.At(id) == nil || opened[place(n.Span)] {
			continue
		}
		if _, other := s.openedInstead(id); other || !s.unopened(id) || s.walled(id) {
			continue
		}
		f := s.atWord(id, "nothing is locked: descriptor %d is not open here", n.FD)
		if c, ok := s.closedBefore(id); ok {
			s.note(&f, c, "it was closed here")
		}
		f.NoFix = "which file it should lead to is not known"
		out = append(out, f)
	}
	return out
}

// walled tells whether something that was not understood may have run before
// the node: it could have opened anything.
func (s *Script) walled(id protocol.ID) bool {
	for i := range s.Nodes {
		if s.Nodes[i].Op != protocol.Opaque {
			continue
		}
		next := []protocol.ID{s.Nodes[i].Next, s.Nodes[i].Else}
		if _, ok := s.comesTo(s.on, func(n protocol.ID) bool { return n == id }, next...); ok {
			return true
		}
	}
	return len(s.Unknowns) > 0
}

// closedBefore returns the Close of the node's descriptor that leads to it.
func (s *Script) closedBefore(id protocol.ID) (protocol.ID, bool) {
	fd := s.Nodes[id].FD
	for i := range s.Nodes {
		c := &s.Nodes[i]
		if c.Op != protocol.Close || c.FD != fd {
			continue
		}
		if _, ok := s.comesTo(s.on, func(n protocol.ID) bool { return n == id }, c.Next); ok {
			return protocol.ID(i), true
		}
	}
	return protocol.None, false
}
