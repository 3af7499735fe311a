package rules

import (
	"github.com/lockkit/lockkit/shellkit/diag"
	"github.com/lockkit/lockkit/shellkit/protocol"
	"github.com/lockkit/lockkit/shellkit/shell"
)

var openFailureExits = &Rule{
	Rule: diag.Rule{
		Code: "LK109", Slug: "open-failure-exits", Level: diag.Info,
		Title: "what should happen when the file cannot be opened never runs",
	},
	Find: findOpenFailureExits,
}

func findOpenFailureExits(s *Script) []diag.Finding {
	var out []diag.Finding
	for i := range s.Nodes {
		if n := &s.Nodes[i]; n.Op == protocol.Misuse && n.Text == protocol.MisuseExecFallback {
			f := s.at(protocol.ID(i), "the fallback never runs: %s ends the script when a redirect of exec fails", shell.Of(s.Dialect).Name)
			if s.text(n.Span) != "" && n.Span.File == s.File {
				f.Fix = &diag.Fix{
					Title: "command exec, which only fails",
					Edits: []diag.Edit{insert(n.Span.Start, s.File, "command ")},
				}
			}
			out = append(out, f)
		}
	}
	return out
}
