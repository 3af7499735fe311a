package rules

import (
	"slices"

	"github.com/lockkit/lockkit/shellkit/diag"
	"github.com/lockkit/lockkit/shellkit/protocol"
)

var upgradeNotAtomic = &Rule{
	Rule: diag.Rule{
		Code: "LK207", Slug: "upgrade-not-atomic", Level: diag.Warning,
		Title: "what was read under the shared lock may be old under the exclusive one",
	},
	Breaks: []Property{Exclusion},
	Find:   findUpgradeNotAtomic,
}

func findUpgradeNotAtomic(s *Script) []diag.Finding {
	var out []diag.Finding
	for i := range s.Nodes {
		id, n := protocol.ID(i), &s.Nodes[i]
		in := s.Facts.At(id)
		if n.Op != protocol.Flock || n.Mode.Has(protocol.Unlock) || n.Mode.Has(protocol.Shared) || in == nil {
			continue
		}
		for _, h := range in.Holds {
			if !s.Nodes[h.By].Mode.Has(protocol.Shared) || !slices.Contains(in.Opens(n.FD), h.Open) || s.readAgain(h.By, id) {
				continue
			}
			f := s.at(id, "others may change what was read before: the shared lock of %s is released first, then the exclusive one is waited for", s.name(h.Path))
			if n.Mode.Has(protocol.Nonblock) || n.Mode.Has(protocol.Timed) {
				f.Message += "; when that fails, neither is held"
			}
			s.note(&f, h.By, "the shared lock is taken here")
			f.NoFix = "what was read has to be read again, or the lock taken exclusively from the start"
			out = append(out, f)
			break
		}
	}
	return out
}

// readAgain tells whether the first command after the upgrade is one that ran
// under the shared lock as well: it reads the state again.
func (s *Script) readAgain(shared, upgrade protocol.ID) bool {
	before := map[string]bool{}
	for _, id := range s.reach(until(func(n protocol.ID) bool { return n == upgrade }, s.on), s.Nodes[shared].Next) {
		if n := &s.Nodes[id]; n.Op == protocol.Work || n.Op == protocol.Load {
			before[n.Text] = true
		}
	}
	for _, path := range s.locks(upgrade) {
		for _, id := range s.firstWork(upgrade, path) {
			if before[s.Nodes[id].Text] {
				return true
			}
		}
	}
	return false
}
