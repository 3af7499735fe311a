package rules

import (
	"github.com/lockkit/lockkit/shellkit/diag"
	"github.com/lockkit/lockkit/shellkit/protocol"
)

// early lists the holds that end before any work, of locks that other runs can meet.
func (s *Script) early() []protocol.Early {
	if s.earlies == nil {
		s.earlies = []protocol.Early{}
		for _, e := range protocol.EarlyEnds(s.Protocol, s.Facts) {
			if path := s.lockOf(e.By); e.Meant && path != protocol.None && s.isLock(path) && !s.lone(path) {
				s.earlies = append(s.earlies, e)
			}
		}
	}
	return s.earlies
}

// lockOf is the path whose lock a node acquires; None where that is not known.
func (s *Script) lockOf(by protocol.ID) int {
	if paths := s.locks(by); len(paths) > 0 {
		return paths[0]
	}
	return protocol.None
}

// goesWithScope tells whether a hold ends because a subshell, a command or a redirect
// of a group is over, and not because the script gives it up.
func (s *Script) goesWithScope(e protocol.Early) bool {
	switch s.Nodes[e.End].Op {
	case protocol.EndSub, protocol.Restore:
		return true
	case protocol.Remove, protocol.Rename: // by the trap of a subshell
		return s.home[e.End].frame != protocol.None && s.home[e.End].frame == s.home[e.By].frame && s.home[e.Work[0]].frame != s.home[e.By].frame
	}
	return false
}

// unlockedFrom words a hold that is given up before the work that it was taken for.
func (s *Script) unlockedFrom(e protocol.Early) diag.Finding {
	f := s.atWord(e.End, "the work runs without the lock of %s: it is given up here, before anything was done under it", s.name(s.lockOf(e.By)))
	s.note(&f, e.By, "locked here")
	s.note(&f, e.Work[0], "this runs without the lock")
	f.NoFix = "the release belongs behind the work"
	return f
}
