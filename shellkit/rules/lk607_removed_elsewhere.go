package rules

import (
	"github.com/lockkit/lockkit/shellkit/diag"
	"github.com/lockkit/lockkit/shellkit/protocol"
)

var removedElsewhere = &Rule{
	Rule: diag.Rule{
		Code: "LK607", Slug: "removed-elsewhere", Level: diag.Warning,
		Title: "the lock is looked for in another folder when it is to be removed",
	},
	Breaks: []Property{Stale},
	Find:   findRemovedElsewhere,
}

func findRemovedElsewhere(s *Script) []diag.Finding {
	var out []diag.Finding
	for i := range s.Nodes {
		id, n := protocol.ID(i), &s.Nodes[i]
		if n.Op != protocol.Misuse || n.Text != protocol.MisuseElsewhere {
			continue
		}
		f := s.at(id, "%s stays behind for ever: the shell has gone to another folder by then, and what is removed is a file of that name there", s.name(n.Path))
		for _, by := range s.acquirers(n.Path) {
			s.note(&f, by, "the lock is taken here")
			break
		}
		f.NoFix = "keep the whole name, as in lock=$PWD/NAME, before the shell goes anywhere"
		out = append(out, f)
	}
	return out
}

// looksElsewhere tells whether a walk from the node comes to a removal that looks for the
// path in another folder.
func (s *Script) looksElsewhere(from protocol.ID, path int) bool {
	if from == protocol.None {
		return false
	}
	_, ok := s.comesTo(s.on, func(id protocol.ID) bool {
		n := &s.Nodes[id]
		return n.Op == protocol.Misuse && n.Text == protocol.MisuseElsewhere && n.Path == path
	}, from)
	return ok
}
