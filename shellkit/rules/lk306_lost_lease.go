package rules

import (
	"github.com/lockkit/lockkit/shellkit/diag"
	"github.com/lockkit/lockkit/shellkit/protocol"
)

var lostLease = &Rule{
	Rule: diag.Rule{
		Code: "LK306", Slug: "lost-lease", Level: diag.Warning,
		Title: "the work runs on when its lease is lost, and nothing that it writes to can tell",
	},
	Find: findLostLease,
}

func findLostLease(s *Script) []diag.Finding {
	var out []diag.Finding
	for i := range s.Nodes {
		tool := s.Nodes[i].Unfenced()
		if tool == "" {
			continue
		}
		f := s.at(protocol.ID(i), "two machines can work at once: when its lease is lost, by a network that is cut or a machine that stands still, the command of %s runs on beside the next holder", tool)
		f.NoFix = "with_lock --on ends the work in time, and gives it a number in LOCKKIT_FENCE by which what it writes to can refuse it"
		out = append(out, f)
	}
	return out
}
