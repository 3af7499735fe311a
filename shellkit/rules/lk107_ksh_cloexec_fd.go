package rules

import (
	"fmt"

	"github.com/lockkit/lockkit/shellkit/diag"
	"github.com/lockkit/lockkit/shellkit/protocol"
)

var kshCloexecFD = &Rule{
	Rule: diag.Rule{
		Code: "LK107", Slug: "ksh-cloexec-fd", Level: diag.Error,
		Title: "flock never gets the descriptor: exec makes it close-on-exec",
	},
	Breaks: []Property{Exclusion, Entry},
	Find:   findKshCloexecFD,
}

func findKshCloexecFD(s *Script) []diag.Finding {
	var out []diag.Finding
	for i := range s.Nodes {
		id, n := protocol.ID(i), &s.Nodes[i]
		if n.Op != protocol.Flock || n.Mode.Has(protocol.Unlock) || n.Mode.Has(protocol.Fcntl) || s.passedOn(id) {
			continue
		}
		for _, o := range s.openers(id) {
			if !s.Nodes[o].Mode.Has(protocol.Cloexec) {
				continue
			}
			f := s.at(id, "nothing is locked: %s closes descriptor %d in programs when exec opened it, so flock gets none", s.Dialect, n.FD)
			s.note(&f, o, "opened here")
			if n.Span.File == s.File && n.Word.End == n.Span.End && n.Word.Start.Known() {
				f.Fix = &diag.Fix{
					Title: "hand the descriptor to flock",
					Edits: []diag.Edit{insert(n.Span.End, s.File, fmt.Sprintf(" %d<&%d", n.FD, n.FD))},
				}
			}
			out = append(out, f)
			break
		}
	}
	return out
}

// passedOn tells whether the command at the node gets the descriptor by a
// redirect of its own: flock 9 9<&9.
func (s *Script) passedOn(id protocol.ID) bool {
	for i := range s.Nodes {
		d := &s.Nodes[i]
		if d.Op == protocol.Dup && d.Next == id && d.FD == s.Nodes[id].FD {
			return true
		}
	}
	return false
}
