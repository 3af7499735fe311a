package prove

import (
	"slices"

	"github.com/lockkit/lockkit/shellkit/protocol"
	"github.com/lockkit/lockkit/shellkit/source"
)

// NoRoom is the doubt about a place where a script has more than a State can keep.
const NoRoom = "more locks, descriptors or background children than the model has room for"

// crowded tells whether something could not be followed for want of room.
func (e *explorer) crowded() bool { return len(e.m.crowded) > 0 }

// firstAt is the first node that has to do with a path.
func firstAt(p *protocol.Protocol, path int) protocol.ID {
	return protocol.ID(slices.IndexFunc(p.Nodes, func(n protocol.Node) bool { return n.Path == path || n.To == path }))
}

// deepest is the beginning of a frame that is inside of most others, or the last redirect
// where there is none.
func (s *script) deepest() protocol.ID {
	at, most := protocol.ID(none), 0
	for i := range s.nodes {
		n := &s.nodes[i]
		depth := 0
		for f := n.id; f != none && n.Op == protocol.Sub; f = s.around[f] {
			depth++
		}
		if depth > most || most == 0 && n.Op == protocol.Open {
			at, most = n.id, depth
		}
	}
	return at
}

// ofOwn is where a lock is named of which every run has its own.
func (m *model) ofOwn() place {
	for i, s := range m.scripts {
		for j := range s.nodes {
			if l := s.nodes[j].lock; l != none && m.locks[l].private {
				return place{i, protocol.ID(j)}
			}
		}
	}
	return place{0, none}
}

// span is the place in the text, the zero Span where there is none.
func (p place) span(m *model) source.Span {
	if p.node == none {
		return source.Span{}
	}
	return m.scripts[p.script].Nodes[p.node].Span
}
