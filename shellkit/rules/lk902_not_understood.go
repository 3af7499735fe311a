package rules

import "github.com/lockkit/lockkit/shellkit/diag"

var notUnderstood = &Rule{
	Rule: diag.Rule{
		Code: "LK902", Slug: "not-understood", Level: diag.Info,
		Title: "the check is incomplete here",
	},
	Off:  true,
	Find: findNotUnderstood,
}

func findNotUnderstood(s *Script) []diag.Finding {
	var out []diag.Finding
	for _, u := range s.Unknowns {
		out = append(out, diag.Finding{Span: u.Span, Message: "what this does to locks is not known: " + u.Why})
	}
	return out
}
