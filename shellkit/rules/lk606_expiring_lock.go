package rules

import (
	"github.com/lockkit/lockkit/shellkit/diag"
	"github.com/lockkit/lockkit/shellkit/protocol"
)

var expiringLock = &Rule{
	Rule: diag.Rule{
		Code: "LK606", Slug: "expiring-lock", Level: diag.Warning,
		Title: "the lock is taken over when it is old, whoever has it",
	},
	Breaks: []Property{Exclusion},
	Find:   findExpiringLock,
}

func findExpiringLock(s *Script) []diag.Finding {
	var out []diag.Finding
	for i := range s.Nodes {
		id, n := protocol.ID(i), &s.Nodes[i]
		if n.Op != protocol.Claim || !n.Mode.Has(protocol.Expires) || s.lone(n.Path) {
			continue
		}
		f := s.at(id, "two runs can work at once: %s takes %s over when it is old, and work that takes longer than that is still going on", n.Text, s.name(n.Path))
		f.NoFix = "touch it while the work goes on, let the tool ask for the owner, or lock a descriptor with flock"
		out = append(out, f)
	}
	return out
}
