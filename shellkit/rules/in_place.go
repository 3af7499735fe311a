package rules

import (
	"slices"

	"github.com/lockkit/lockkit/shellkit/diag"
	"github.com/lockkit/lockkit/shellkit/protocol"
)

// findDroppedInPlace reports a program that takes the place of the shell that has the
// lock, without its descriptor.
func findDroppedInPlace(s *Script) []diag.Finding {
	var out []diag.Finding
	for i := range s.Nodes {
		id, n := protocol.ID(i), &s.Nodes[i]
		in := s.Facts.At(id)
		if n.Op != protocol.Work || !n.Mode.Has(protocol.InPlace) || in == nil || s.spawnOf(s.home[id].process) != protocol.None {
			continue
		}
		for _, h := range in.Holds {
			if h.Open < 0 || s.neverLocks(h) || s.lone(h.Path) || s.passesOn(id, h) {
				continue
			}
			f := s.at(id, "the lock of %s is gone while %s runs: this shell starts no process for its last program but becomes it, and descriptor %d is not there then", s.name(h.Path), n.Text, s.Nodes[h.By].FD)
			s.note(&f, h.By, "locked here")
			f.NoFix = "a command behind it, such as a colon, lets the shell wait for it"
			out = append(out, f)
			break
		}
	}
	return out
}

// passesOn tells whether a descriptor of the lock is open in a program that takes the
// place of its shell, or in a shell that waits for that one.
func (s *Script) passesOn(id protocol.ID, h protocol.Hold) bool {
	n := &s.Nodes[id]
	cloexec := s.Nodes[h.Open].Mode.Has(protocol.Cloexec)
	for fd, opens := range s.Facts.At(id).FDs {
		if slices.Contains(opens, h.Open) && !cloexec && !(n.Mode.Has(protocol.Exclude) && n.FD == fd) {
			return true
		}
	}
	for sub := s.home[id].frame; sub != protocol.None; sub = s.home[sub].frame {
		if in := s.Facts.At(sub); in != nil {
			for _, opens := range in.FDs {
				if slices.Contains(opens, h.Open) {
					return true
				}
			}
		}
	}
	return false
}

// neverLocks tells whether flock does not get the descriptor that it is to lock.
func (s *Script) neverLocks(h protocol.Hold) bool {
	return s.Nodes[h.Open].Mode.Has(protocol.Cloexec) && s.Nodes[h.By].Op == protocol.Flock && !s.passedOn(h.By)
}
