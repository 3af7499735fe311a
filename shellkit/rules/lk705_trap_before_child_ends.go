package rules

import (
	"strings"

	"github.com/lockkit/lockkit/shellkit/diag"
	"github.com/lockkit/lockkit/shellkit/protocol"
	"github.com/lockkit/lockkit/shellkit/shell"
)

var trapBeforeChildEnds = &Rule{
	Rule: diag.Rule{
		Code: "LK705", Slug: "trap-before-child-ends", Level: diag.Info,
		Title: "the lock is removed while the command that it guards still runs",
	},
	Find: findTrapBeforeChildEnds,
}

func findTrapBeforeChildEnds(s *Script) []diag.Finding {
	facts := shell.Of(s.Dialect)
	if !facts.ExitTrapRunsOn("TERM") || !facts.ExitTrapRunsOn("HUP") {
		return nil // in mksh it waits, elsewhere it does not run at all
	}
	var out []diag.Finding
	for i := range s.Nodes {
		id, n := protocol.ID(i), &s.Nodes[i]
		h := s.Handlers[n.Handlers]
		term := h.Signal[protocol.TERM]
		if !s.runsProgram(id) || h.Exit == protocol.None || term.Do != protocol.Run || term.Armed != h.Exit ||
			strings.Contains(s.Nodes[h.Exit].Text, "TERM") || s.home[id].frame != protocol.None {
			continue
		}
		for path := range s.Paths {
			if s.Paths[path].Kind != protocol.Exists || len(s.held(id, path)) == 0 || !s.leadsToRemoval(term.Entry, path) {
				continue
			}
			f := s.at(h.Exit, "a TERM to the shell alone removes %s at once, while the command that runs goes on", s.name(path))
			s.note(&f, id, "for example this one")
			f.Fix = s.alsoTrap(bare{exit: h.Exit})
			out = append(out, f)
			break
		}
	}
	return out
}
