package rules

import (
	"github.com/lockkit/lockkit/shellkit/diag"
	"github.com/lockkit/lockkit/shellkit/protocol"
)

var trapTooLate = &Rule{
	Rule: diag.Rule{
		Code: "LK701", Slug: "trap-too-late", Level: diag.Warning,
		Title: "a signal before the trap is armed leaves the lock behind",
	},
	Breaks: []Property{Stale},
	Find:   findTrapTooLate,
}

func findTrapTooLate(s *Script) []diag.Finding {
	var out []diag.Finding
	for path := range s.Paths {
		if s.heals(path) {
			continue
		}
		for _, b := range s.bare(path) {
			if b.exit != protocol.None || b.late == protocol.None {
				continue
			}
			f := s.at(b.late, "%s stays behind for ever when a signal comes before this trap is armed: work is done in between", s.name(path))
			s.note(&f, b.by, "the lock is taken here")
			s.note(&f, b.at, "a signal here leaves it behind")
			f.NoFix = "the trap has to follow the acquisition at once"
			out = append(out, f)
		}
	}
	return out
}
