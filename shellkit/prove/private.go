package prove

import (
	"slices"
	"strings"

	"github.com/lockkit/lockkit/shellkit/protocol"
)

// settleOwn finds the private locks whose runs have nothing to do with one another:
// children of one run meet there, or it is a name that is made to be moved into place,
// or a folder to work in. What else is private was meant to keep other runs out.
func (m *model) settleOwn() {
	for i := range m.locks {
		l := &m.locks[i]
		l.own = l.private && slices.ContainsFunc(m.scripts, func(s *script) bool { return s.amongItself(i) })
	}
}

// amongItself tells whether a private lock is one among the processes of one run.
func (s *script) amongItself(lock int) bool {
	inside, spawns := false, false
	for i := range s.nodes {
		n := &s.nodes[i]
		spawns = spawns || n.Op == protocol.Spawn
		if n.lock != lock {
			continue
		}
		if n.Op == protocol.Rename {
			return true
		}
		inside = inside || s.Paths[n.Path].Inside
	}
	if inside && (spawns || s.Shell.Has(protocol.RunsTests)) {
		return true
	}
	for i := range s.nodes {
		if n := &s.nodes[i]; s.takes(n.id) == lock && (n.async || s.inPipe(n)) {
			return true
		}
	}
	return false
}

// inPipe tells whether a node is part of a pipeline.
func (s *script) inPipe(n *node) bool {
	for f := s.around[n.id]; f != none; f = s.around[f] {
		if strings.TrimSpace(s.nodes[f].Text) == "|" {
			return true
		}
	}
	return false
}
