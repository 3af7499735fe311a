package prove

import (
	"fmt"
	"slices"

	"github.com/lockkit/lockkit/shellkit/protocol"
)

// judgeClosed finds the locking of descriptors that the script never opens. A script
// that is a whole and of which everything was understood is run with no descriptor open
// but 0, 1 and 2, so that it locks nothing. A library is called with anything open.
func (m *model) judgeClosed(s *script) {
	s.closed = len(s.Unknowns) == 0 && !slices.ContainsFunc(s.nodes, func(n node) bool {
		return n.Op == protocol.Opaque || n.Op == protocol.Choose && n.FromOutside()
	})
	if !s.closed {
		return
	}
	for i := range s.nodes {
		n := &s.nodes[i]
		if n.Op != protocol.Flock || n.Mode.Has(protocol.Unlock) || n.opened || n.FD <= 2 || n.believes != none {
			continue
		}
		n.believes = m.nameless(fmt.Sprintf("descriptor %d", n.FD), place{len(m.scripts), n.id})
	}
}

// nameless is the lock that somebody means to take on a descriptor of which no path is known.
func (m *model) nameless(text string, at place) int {
	if i := slices.IndexFunc(m.locks, func(l lock) bool { return l.text == text }); i >= 0 {
		return i
	}
	if len(m.locks) == maxLocks {
		m.crowded[at] = true
		return none
	}
	m.locks = append(m.locks, lock{text: text, kind: protocol.Inode})
	return len(m.locks) - 1
}
