package extract

import (
	"slices"

	"github.com/lockkit/lockkit/shellkit/protocol"
	"github.com/lockkit/lockkit/shellkit/source"
)

// excuse is why a name that the text treats like a lock is none, on the ways that the
// walk has found.
type excuse struct {
	span source.Span
	why  string // "" where there is none
}

// excuses looks at the sites where a name is made that the text treats like a lock.
func excuses(p *protocol.Protocol, sites []site) []excuse {
	sites = slices.DeleteFunc(slices.Clone(sites), func(s site) bool { return !s.like || s.later })
	if len(sites) == 0 {
		return nil
	}
	g := newGraph(p)
	var out []excuse
	for i := range p.Nodes {
		switch n := &p.Nodes[i]; n.Op {
		case protocol.Claim, protocol.Create, protocol.Rename:
			if slices.ContainsFunc(sites, func(s site) bool { return s.covers(n.Span) }) {
				out = append(out, excuse{n.Span, g.excuse(protocol.ID(i))})
			}
		}
	}
	return out
}

// covers tells whether an operation stands at a site; ! is part of a statement.
func (s *site) covers(o source.Span) bool { return s.span.Covers(o) || o.Covers(s.span) }

func (g *graph) excuse(id protocol.ID) string {
	n := &g.p.Nodes[id]
	path := &g.p.Paths[n.Path]
	if n.Op == protocol.Rename {
		path = &g.p.Paths[n.To]
	}
	self := func(to protocol.ID) bool { return to == id }
	switch {
	case path.Private || path.Inside:
		return "no other run means the same name"
	case n.Op == protocol.Rename:
		return ""
	case n.Op == protocol.Create:
		if asked, _, _ := g.guarded(id, n.Path); !asked && !g.turnsSomeAway(id, n.Path) {
			return "nobody stays away because it is there"
		}
		if !g.givenUp(id, n.Path) {
			return "who makes it does not give it up"
		}
	case g.clearedFirst(id):
		return "it is removed first, whoever made it"
	case n.Else == protocol.None:
		return "nobody heeds whether it was there"
	case makesFile(n) && g.looks(id):
		return "who made it asks whether it is there, as who did not"
	case g.meet(id, n.Path, n.Else, self):
		return "who finds it there goes on to the same work"
	}
	return ""
}

// excused returns why a site is no lock: what every operation there has to say.
func (m *marks) excused(s *site) string {
	why := ""
	for _, e := range m.excuses {
		if !s.covers(e.span) {
			continue
		}
		if e.why == "" {
			return ""
		}
		why = e.why
	}
	return why
}
