package rules

import (
	"slices"

	"github.com/lockkit/lockkit/shellkit/diag"
	"github.com/lockkit/lockkit/shellkit/protocol"
)

var unlinkAfterUnlock = &Rule{
	Rule: diag.Rule{
		Code: "LK302", Slug: "unlink-after-unlock", Level: diag.Error,
		Title: "the lock file is removed by one who does not hold the lock",
	},
	Breaks: []Property{Exclusion},
	Find:   findUnlinkAfterUnlock,
}

func findUnlinkAfterUnlock(s *Script) []diag.Finding {
	var out []diag.Finding
	other := s.removedUnderLock()
	acquired := map[int][]protocol.ID{}
	for path := range s.Paths {
		if s.Paths[path].Kind == protocol.Inode && !s.lone(path) {
			acquired[path] = s.acquirers(path)
		}
	}
	for i := range s.Nodes {
		id, n := protocol.ID(i), &s.Nodes[i]
		for _, path := range []int{n.Path, n.To} {
			if path == protocol.None || !s.removes(id, path) || s.Facts.At(id) == nil || other[place(n.Span)] {
				continue
			}
			k := slices.IndexFunc(acquired[path], func(by protocol.ID) bool { return s.kindOf(by) != kindName && s.needs[by].Agree(s.needs[id]) })
			if k < 0 {
				continue
			}
			f := s.at(id, "two runs can work at once: %s takes the name of %s away without the lock, so somebody else may just hold it and the next run makes a new file",
				n.Text, s.name(path))
			if by, ok := s.releasedBefore(id, path); ok {
				s.note(&f, by, "the lock was given up here")
			}
			s.note(&f, acquired[path][k], "other runs lock it here")
			f.Fix, f.NoFix = s.keepName(id)
			out = append(out, f)
		}
	}
	return out
}

// removedUnderLock returns the places at which the name of a lock file is taken
// away under the lock, or by a loser: those are other rules' findings, and the
// same code may stand on several ways.
func (s *Script) removedUnderLock() map[[5]any]bool {
	out := map[[5]any]bool{}
	for i := range s.Nodes {
		id, n := protocol.ID(i), &s.Nodes[i]
		for _, path := range []int{n.Path, n.To} {
			if path != protocol.None && s.removes(id, path) && len(s.heldInode(id, path)) > 0 {
				out[place(n.Span)] = true
			}
		}
	}
	for path := range s.Paths {
		if s.Paths[path].Kind != protocol.Inode {
			continue
		}
		for _, l := range s.losersRemoval(path) {
			out[place(s.Nodes[l.removal].Span)] = true
		}
	}
	return out
}

// releasedBefore returns the last release of the lock at path on a way to the node.
func (s *Script) releasedBefore(id protocol.ID, path int) (protocol.ID, bool) {
	for i := len(s.Nodes) - 1; i >= 0; i-- {
		r := protocol.ID(i)
		if len(s.heldInode(r, path)) == 0 || s.Nodes[r].Next == protocol.None || len(s.heldInode(s.Nodes[r].Next, path)) > 0 {
			continue
		}
		if _, ok := s.comesTo(s.without(path), func(n protocol.ID) bool { return n == id }, s.Nodes[r].Next); ok {
			return r, true
		}
	}
	return protocol.None, false
}
