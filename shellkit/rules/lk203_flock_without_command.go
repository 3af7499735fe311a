package rules

import (
	"github.com/lockkit/lockkit/shellkit/diag"
	"github.com/lockkit/lockkit/shellkit/protocol"
)

var flockWithoutCommand = &Rule{
	Rule: diag.Rule{
		Code: "LK203", Slug: "flock-without-command", Level: diag.Error,
		Title: "without a command flock FILE locks nothing",
	},
	Breaks: []Property{Exclusion, Entry},
	Find:   findFlockWithoutCommand,
}

func findFlockWithoutCommand(s *Script) []diag.Finding {
	var out []diag.Finding
	for i := range s.Nodes {
		n := &s.Nodes[i]
		if n.Op != protocol.Misuse || n.Text != protocol.MisuseNoCommand && n.Text != protocol.MisuseEarlyCommand {
			continue
		}
		what := "the file"
		if n.Path != protocol.None {
			what = s.name(n.Path)
		}
		why, better := "flock with a file and no command", "the lock needs a descriptor that stays open, or the command that it is for"
		if n.Text == protocol.MisuseEarlyCommand {
			why, better = "flock with -c in front of the file", "-c and its command stand behind the file"
		}
		f := s.at(protocol.ID(i), "%s is never locked: %s is a usage error, status 64 every time", what, why)
		f.NoFix = better
		out = append(out, f)
	}
	return out
}
