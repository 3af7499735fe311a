package rules

import (
	"github.com/lockkit/lockkit/shellkit/diag"
	"github.com/lockkit/lockkit/shellkit/protocol"
)

var badFlockCall = &Rule{
	Rule: diag.Rule{
		Code: "LK803", Slug: "bad-flock-call", Level: diag.Error,
		Title: "its arguments are refused, so flock locks nothing",
	},
	Breaks: []Property{Exclusion, Entry},
	Find:   findBadFlockCall,
}

func findBadFlockCall(s *Script) []diag.Finding {
	var out []diag.Finding
	for i := range s.Nodes {
		n := &s.Nodes[i]
		why := n.Refused()
		if why == "" {
			continue
		}
		what := "nothing is ever locked"
		if path := s.Misses(protocol.ID(i), s.Facts); path != protocol.None {
			what = s.name(path) + " is never locked"
		}
		out = append(out, s.at(protocol.ID(i), "%s: flock refuses its arguments every time: %s", what, why))
	}
	return out
}
