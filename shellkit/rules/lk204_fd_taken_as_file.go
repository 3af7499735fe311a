package rules

import (
	"github.com/lockkit/lockkit/shellkit/diag"
	"github.com/lockkit/lockkit/shellkit/protocol"
)

var fdTakenAsFile = &Rule{
	Rule: diag.Rule{
		Code: "LK204", Slug: "fd-taken-as-file", Level: diag.Error,
		Title: "with a command behind it a number is the name of a file",
	},
	Breaks: []Property{Exclusion, Entry},
	Find:   findFDTakenAsFile,
}

func findFDTakenAsFile(s *Script) []diag.Finding {
	var out []diag.Finding
	for i := range s.Nodes {
		n := &s.Nodes[i]
		if n.Op != protocol.Misuse || n.Text != protocol.MisuseFDAsFile {
			continue
		}
		f := s.atWord(protocol.ID(i), "descriptor %d is not locked: with a command behind it, flock makes a file called %d in the current directory and locks that", n.FD, n.FD)
		f.NoFix = "flock for the descriptor, then the command, are two lines, and the status of the first has to be asked"
		out = append(out, f)
	}
	return out
}
