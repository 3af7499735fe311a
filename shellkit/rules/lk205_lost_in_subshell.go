package rules

import (
	"github.com/lockkit/lockkit/shellkit/diag"
	"github.com/lockkit/lockkit/shellkit/protocol"
)

var lostInSubshell = &Rule{
	Rule: diag.Rule{
		Code: "LK205", Slug: "lost-in-subshell", Level: diag.Error,
		Title: "the lock ends with a subshell, before the work begins",
	},
	Breaks: []Property{Exclusion},
	Find:   findLostInSubshell,
}

func findLostInSubshell(s *Script) []diag.Finding {
	var out []diag.Finding
	for _, e := range s.early() {
		if !s.goesWithScope(e) {
			continue
		}
		f := s.at(e.By, "the work runs without the lock: it ends with %s around it", s.scopeName(e.End))
		s.note(&f, e.End, "which is over here")
		s.note(&f, e.Work[0], "this runs without the lock")
		f.NoFix = "the descriptor has to be opened in the shell that does the work"
		out = append(out, f)
	}
	return out
}

func (s *Script) isAcquisition(id protocol.ID) bool { return s.Acquires(id) }

// scopeName says what is over at a node.
func (s *Script) scopeName(end protocol.ID) string {
	n := &s.Nodes[end]
	if n.Op == protocol.Restore {
		return "the redirect"
	}
	if n.Op != protocol.EndSub {
		return "the subshell"
	}
	return frameName(s.Nodes[n.Body].Text)
}

func frameName(text string) string {
	switch text {
	case "flock":
		return "the flock command"
	case "|":
		return "the part of the pipeline"
	case "$( )":
		return "the command substitution"
	}
	return "the subshell"
}
