package rules

import (
	"slices"

	"github.com/lockkit/lockkit/shellkit/diag"
	"github.com/lockkit/lockkit/shellkit/protocol"
)

var sameFDTwoLocks = &Rule{
	Rule: diag.Rule{
		Code: "LK503", Slug: "same-fd-two-locks", Level: diag.Error,
		Title: "the second lock takes the descriptor of the first",
	},
	Breaks: []Property{Exclusion},
	Find:   findSameFDTwoLocks,
}

func findSameFDTwoLocks(s *Script) []diag.Finding {
	var out []diag.Finding
	for i := range s.Nodes {
		id, n := protocol.ID(i), &s.Nodes[i]
		in := s.Facts.At(id)
		if n.Op != protocol.Open || in == nil || n.FD >= hiddenFD {
			continue
		}
		locked, ok := s.lockedThrough(id)
		if !ok {
			continue
		}
		for _, h := range in.Holds {
			if h.Open < 0 || h.Path == n.Path || !slices.Contains(in.Opens(n.FD), h.Open) || !n.Mode.Has(protocol.Save) && s.workedSince(h.By, id) {
				continue
			}
			f := s.atWord(id, "the lock of %s is dropped when %s is opened: both are on descriptor %d", s.name(h.Path), s.name(n.Path), n.FD)
			if n.Mode.Has(protocol.Save) {
				f.Level = diag.Info
				f.Message = "programs in here hold " + s.name(n.Path) + " alone: descriptor " + itoa(n.FD) + " hides the one that carries the lock of " + s.name(h.Path) + ", which is free as soon as the shell is killed"
			}
			s.note(&f, h.By, "the first lock")
			s.note(&f, locked, "the second lock")
			f.NoFix = "the second lock needs a descriptor of its own"
			out = append(out, f)
			break
		}
	}
	return out
}
