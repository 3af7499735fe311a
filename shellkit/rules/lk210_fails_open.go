package rules

import (
	"slices"

	"github.com/lockkit/lockkit/shellkit/diag"
	"github.com/lockkit/lockkit/shellkit/protocol"
)

var failsOpen = &Rule{
	Rule: diag.Rule{
		Code: "LK210", Slug: "fails-open", Level: diag.Warning,
		Title: "without flock, or after waiting, the script works without the lock",
	},
	Breaks: []Property{Exclusion},
	Find:   findFailsOpen,
}

func findFailsOpen(s *Script) []diag.Finding {
	var out []diag.Finding
	said := map[string][]protocol.ID{} // by question: what is skipped, whoever asks it again
	for i := range s.Nodes {
		id, n := protocol.ID(i), &s.Nodes[i]
		if s.Acquires(id) {
			for _, path := range s.locks(id) {
				first, anyway := s.worksAnyway(id, path)
				if !anyway || s.lone(path) || !s.failsOpen(id, path) {
					continue
				}
				f := s.at(id, "after the time-out the script works on without the lock of %s", s.name(path))
				s.note(&f, first, "this runs with the lock or without it")
				f.NoFix = "whether to give up or to wait longer is for you to choose"
				out = append(out, f)
			}
			continue
		}
		if n.Else == protocol.None || !n.AsksForLocker() {
			continue
		}
		for _, by := range s.reach(s.staying(until(s.isAcquisition, s.on)), n.Next) {
			if !s.isAcquisition(by) || len(s.locks(by)) == 0 {
				continue
			}
			path := s.locks(by)[0]
			without := s.reach(s.staying(s.withoutOthers(protocol.InsteadWhere(s.Protocol, s.Facts, id, by), s.without(path))), n.Else)
			work := s.reachedOf(s.workBehind(by, path), without)
			if work == protocol.None {
				continue
			}
			if slices.Contains(said[n.AsksMachine()], by) {
				break
			}
			said[n.AsksMachine()] = append(said[n.AsksMachine()], by)
			f := s.at(id, "where the locking program is missing, the script works without the lock of %s", s.name(path))
			s.note(&f, by, "skipped then")
			s.note(&f, work, "this runs with the lock or without it")
			if again := slices.IndexFunc(without, func(id protocol.ID) bool { return s.isSameCall(id, work) }); again >= 0 {
				s.note(&f, without[again], "here without it")
			}
			f.NoFix = "what to do on such a machine is for you to choose"
			out = append(out, f)
			break
		}
	}
	return out
}

// workBehind lists the work that is done under the lock at path after it was taken at by.
func (s *Script) workBehind(by protocol.ID, path int) (work []protocol.ID) {
	for _, n := range s.reach(s.staying(s.on), s.Nodes[by].Next) {
		if s.works(n) && len(s.held(n, path)) > 0 {
			work = append(work, n)
		}
	}
	return work
}

// isSameCall tells whether two nodes at different places run the same words.
func (s *Script) isSameCall(a, b protocol.ID) bool {
	n, m := &s.Nodes[a], &s.Nodes[b]
	return n.Call != protocol.None && n.Call == m.Call && place(n.Span) != place(m.Span)
}

// reachedOf is the first of some work that a walk comes to as well, at the same place or
// at one where the same words are run.
func (s *Script) reachedOf(work, walk []protocol.ID) protocol.ID {
	reached, calls := s.placesOfWork(walk), map[int]bool{protocol.None: false}
	for _, n := range walk {
		if call := s.Nodes[n].Call; s.works(n) && call != protocol.None {
			calls[call] = true
		}
	}
	for _, n := range work {
		if reached[place(s.Nodes[n].Span)] || calls[s.Nodes[n].Call] {
			return n
		}
	}
	return protocol.None
}
