package rules

import (
	"fmt"

	"github.com/lockkit/lockkit/shellkit/diag"
	"github.com/lockkit/lockkit/shellkit/protocol"
)

var removedTwice = &Rule{
	Rule: diag.Rule{
		Code: "LK305", Slug: "removed-twice", Level: diag.Error,
		Title: "the second removal hits the next owner's lock",
	},
	Breaks: []Property{Exclusion},
	Find:   findRemovedTwice,
}

func findRemovedTwice(s *Script) []diag.Finding {
	var out []diag.Finding
	for i := range s.Nodes {
		id, n := protocol.ID(i), &s.Nodes[i]
		if n.Op != protocol.Remove || s.Paths[n.Path].Kind != protocol.Exists || s.Paths[n.Path].Private || len(s.held(id, n.Path)) == 0 {
			continue
		}
		acquires := func(to protocol.ID) bool { return s.acquires(to, n.Path) }
		again, ok := s.comesTo(until(acquires, s.on), func(to protocol.ID) bool {
			return to != id && s.Nodes[to].Op == protocol.Remove && s.Nodes[to].Path == n.Path
		}, n.Next)
		if !ok || s.guarded(n.Next, again, fmt.Sprint("until got ", n.Path), until(acquires, s.on)) {
			continue
		}
		f := s.at(id, "the next owner may lose its lock: %s is removed here and then once more", s.name(n.Path))
		if place(s.Nodes[again].Span) == place(n.Span) {
			f = s.at(s.trapOf(id), "the next owner may lose its lock: on a signal the handler removes %s, and its exit runs the same command again", s.name(n.Path))
			f.Level = diag.Warning // many write it so, and the gap is small
			f.NoFix = "the signal handlers should only exit; the EXIT trap cleans up"
		} else {
			s.note(&f, again, "the second time, by when it may be somebody else's")
			f.NoFix = "the trap has to be disarmed before: trap - EXIT"
		}
		out = append(out, f)
	}
	return out
}

// trapOf returns the Trap whose handler stands at the place of the node, or the
// node itself.
func (s *Script) trapOf(id protocol.ID) protocol.ID {
	for i := range s.Nodes {
		t := &s.Nodes[i]
		if t.Op != protocol.Trap || t.Body == protocol.None {
			continue
		}
		if _, ok := s.comesTo(s.on, func(n protocol.ID) bool { return place(s.Nodes[n].Span) == place(s.Nodes[id].Span) }, t.Body); ok {
			return protocol.ID(i)
		}
	}
	return id
}
