package rules

import (
	"github.com/lockkit/lockkit/shellkit/diag"
	"github.com/lockkit/lockkit/shellkit/protocol"
)

var trapOverwritten = &Rule{
	Rule: diag.Rule{
		Code: "LK702", Slug: "trap-overwritten", Level: diag.Warning,
		Title: "the trap that removes the lock is replaced by another one",
	},
	Breaks: []Property{Stale},
	Find:   findTrapOverwritten,
}

func findTrapOverwritten(s *Script) []diag.Finding {
	var out []diag.Finding
	for i := range s.Nodes {
		id, n := protocol.ID(i), &s.Nodes[i]
		before := s.Handlers[n.Handlers].Exit
		if n.Op != protocol.Trap || n.Body == protocol.None || before == protocol.None || before == id || !s.onExit(id) {
			continue
		}
		if place(s.Nodes[before].Span) == place(n.Span) || s.home[before].process != s.home[id].process || s.home[before].frame != s.home[id].frame {
			continue
		}
		for path := range s.Paths {
			if s.Paths[path].Kind != protocol.Exists || len(s.held(id, path)) == 0 || !s.leadsToRemoval(s.Nodes[before].Body, path) || s.leadsToRemoval(n.Body, path) {
				continue
			}
			f := s.at(id, "%s is no longer removed at the end: this trap replaces the one that does", s.name(path))
			s.note(&f, before, "the trap that is lost")
			f.NoFix = "one trap has to do both"
			out = append(out, f)
			break
		}
	}
	return out
}
