package rules

import (
	"github.com/lockkit/lockkit/shellkit/diag"
	"github.com/lockkit/lockkit/shellkit/protocol"
)

var execMutesStderr = &Rule{
	Rule: diag.Rule{
		Code: "LK110", Slug: "exec-mutes-stderr", Level: diag.Warning,
		Title: "the script says nothing on standard error from here on",
	},
	Find: findExecMutesStderr,
}

func findExecMutesStderr(s *Script) []diag.Finding {
	var out []diag.Finding
	for i := range s.Nodes {
		if n := &s.Nodes[i]; n.Op == protocol.Misuse && n.Text == protocol.MisuseMuteExec {
			f := s.at(protocol.ID(i), "every later message on standard error is lost: 2>/dev/null on exec stays, as the descriptor does")
			f.NoFix = "{ exec 9>FILE; } 2>/dev/null mutes the opening alone"
			out = append(out, f)
		}
	}
	return out
}
