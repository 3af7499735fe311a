package rules

import (
	"slices"

	"github.com/lockkit/lockkit/shellkit/diag"
	"github.com/lockkit/lockkit/shellkit/protocol"
)

var unlockByChild = &Rule{
	Rule: diag.Rule{
		Code: "LK304", Slug: "unlock-by-child", Level: diag.Warning,
		Title: "a child frees the lock that its parent still needs",
	},
	Breaks: []Property{Exclusion},
	Find:   findUnlockByChild,
}

func findUnlockByChild(s *Script) []diag.Finding {
	var out []diag.Finding
	for i := range s.Nodes {
		id, n := protocol.ID(i), &s.Nodes[i]
		in := s.Facts.At(id)
		if n.Op != protocol.Flock || !n.Mode.Has(protocol.Unlock) || in == nil {
			continue
		}
		for _, h := range in.Holds {
			if h.Open == protocol.None || !slices.Contains(in.Opens(n.FD), h.Open) || s.home[h.By] == s.home[id] {
				continue
			}
			work, ok := s.parentWorks(id, h.By)
			if !ok {
				continue
			}
			f := s.at(id, "the parent works on without the lock of %s: the child's flock -u frees it for both, because they share the open file", s.name(h.Path))
			s.note(&f, h.By, "locked here, in the parent")
			s.note(&f, work, "this runs without the lock")
			if s.alone(n.Span) && s.text(n.Span) != "" {
				f.Fix = &diag.Fix{Title: "close the descriptor in the child, which frees nothing", Edits: []diag.Edit{{Span: n.Span, New: "exec " + itoa(n.FD) + ">&-"}}}
			}
			out = append(out, f)
			break
		}
	}
	return out
}

// parentWorks returns what the process that took the lock does while or after a
// child frees it.
func (s *Script) parentWorks(unlock, by protocol.ID) (protocol.ID, bool) {
	home, parent := s.home[unlock], s.home[by]
	var from protocol.ID
	if home.process != parent.process {
		from = s.spawnOf(home.process)
		if from == protocol.None || s.home[from].process != parent.process || s.holds(from, by) == nil {
			return protocol.None, false
		}
		return s.comesTo(s.staying(s.on), func(id protocol.ID) bool { return s.runsProgram(id) && s.holds(id, by) != nil }, s.Nodes[from].Next)
	}
	// A frame: what comes behind its end.
	for _, e := range s.reach(s.staying(s.on), s.Nodes[unlock].Next) {
		if s.Nodes[e].Op != protocol.EndSub || s.home[s.Nodes[e].Body].frame != parent.frame {
			continue
		}
		return s.comesTo(s.staying(until(s.isAcquisition, s.on)), s.runsProgram, s.Nodes[e].Next)
	}
	return protocol.None, false
}

// spawnOf returns the Spawn whose child begins at the node.
func (s *Script) spawnOf(body protocol.ID) protocol.ID {
	for i := range s.Nodes {
		if n := &s.Nodes[i]; n.Op == protocol.Spawn && n.Body == body {
			return protocol.ID(i)
		}
	}
	return protocol.None
}
