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
		if n.Op != protocol.Misuse || n.Text != protocol.MisuseNoCommand {
			continue
		}
		what := "the file"
		if n.Path != protocol.None {
			what = s.name(n.Path)
		}
		f := s.at(protocol.ID(i), "%s is never locked: flock with a file and no command is a usage error, status 64 every time", what)
		f.NoFix = "the lock needs a descriptor that stays open, or the command that it is for"
		out = append(out, f)
	}
	return out
}
