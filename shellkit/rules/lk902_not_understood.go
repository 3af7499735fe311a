package rules

import (
	"slices"

	"github.com/lockkit/lockkit/shellkit/diag"
	"github.com/lockkit/lockkit/shellkit/protocol"
)

var notUnderstood = &Rule{
	Rule: diag.Rule{
		Code: "LK902", Slug: "not-understood", Level: diag.Info,
		Title: "the check is incomplete here",
	},
	Find: findNotUnderstood,
}

// findNotUnderstood speaks where locks are, or a tool for locks stands: of another
// script it would only say that it reads a file which is not here.
func findNotUnderstood(s *Script) []diag.Finding {
	if len(s.Nodes) == 0 && !slices.ContainsFunc(s.Sites, func(at protocol.Site) bool { return !at.Call }) {
		return nil
	}
	var out []diag.Finding
	for _, u := range s.Unknowns {
		out = append(out, diag.Finding{Span: u.Span, Message: "what this does to locks is not known: " + u.Why})
	}
	return out
}
