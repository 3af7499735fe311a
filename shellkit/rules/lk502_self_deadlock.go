package rules

import (
	"github.com/lockkit/lockkit/shellkit/diag"
	"github.com/lockkit/lockkit/shellkit/protocol"
)

var selfDeadlock = &Rule{
	Rule: diag.Rule{
		Code: "LK502", Slug: "self-deadlock", Level: diag.Error,
		Title: "the script waits for a lock that it holds itself",
	},
	Breaks: []Property{Deadlock},
	Find:   findSelfDeadlock,
	Across: findRunsAWaiter,
}

func findSelfDeadlock(s *Script) []diag.Finding {
	var out []diag.Finding
	for i := range s.Nodes {
		if f, ok := s.waitsForItself(protocol.ID(i)); ok {
			out = append(out, f)
		}
	}
	return out
}

// findRunsAWaiter reports commands that run one of the scripts, the one at hand
// included, which waits for a lock that is held there.
func findRunsAWaiter(scripts []*Account) []diag.Finding {
	var out []diag.Finding
	for _, s := range scripts {
		for _, r := range s.runs {
			for _, o := range scripts {
				if !r.starts(s, o) {
					continue
				}
				if f, ok := r.waitsIn(o); ok {
					out = append(out, f)
				}
			}
		}
	}
	return out
}

// waitsIn reports that the script which is run waits for a lock that is held.
func (r *run) waitsIn(script *Account) (f diag.Finding, ok bool) {
	for _, h := range r.under {
		if at, waits := script.waits[h.key]; waits {
			f = finding(r.at, "the script waits for itself for ever: it holds the lock of %s, for which %s waits", h.name, r.program)
			note(&f, h.at, "locked here")
			note(&f, at, "and waited for here")
			return f, true
		}
	}
	return f, false
}

// waitsForItself reports a node that waits for the lock of a file which the
// process has locked through another opening.
func (s *Script) waitsForItself(id protocol.ID) (f diag.Finding, ok bool) {
	n := &s.Nodes[id]
	if !s.mayWait(id) {
		return f, false
	}
	for _, p := range s.locks(id) {
		for _, h := range s.held(id, p) {
			other := h.Open != protocol.None && n.Op == protocol.Flock && !s.samedescription(id, h.Open) && s.home[h.By].process == s.home[id].process
			shared := n.Mode.Has(protocol.Shared) && s.Nodes[h.By].Mode.Has(protocol.Shared)
			if !(other || h.Open == protocol.None && n.Op == protocol.Claim && h.By != id) || shared || s.anotherTurn(id, h) || s.Nodes[h.By].Mode.Has(protocol.Fcntl) != n.Mode.Has(protocol.Fcntl) {
				continue
			}
			if run := s.runAround(id); run != protocol.None && s.runAround(h.By) != run {
				f = s.at(run, "the script waits for itself for ever: it holds the lock of %s, for which the script that is run here waits", s.name(p))
				s.note(&f, h.By, "locked here, and waited for here by the inner one")
				f.NoFix = "what is run has to know that the lock is held, before it asks for it"
				return f, true
			}
			f = s.at(id, "the script waits for itself for ever: it holds the lock of %s already, and a second opening is a second lock", s.name(p))
			s.note(&f, h.By, "it was locked here")
			f.NoFix = "the inner one is not needed, or it has to use the descriptor that is open"
			return f, true
		}
	}
	return f, false
}

// runAround is the frame around a node in which the script is run by itself, or None.
func (s *Script) runAround(id protocol.ID) protocol.ID {
	f := s.home[id].frame
	for f != protocol.None && s.Nodes[f].Text != protocol.Itself {
		f = s.home[f].frame
	}
	return f
}

// anotherTurn tells whether the lock was taken by the same command, whose path is not
// known: in a loop over many locks it is another one every time.
func (s *Script) anotherTurn(id protocol.ID, h protocol.Hold) bool {
	return s.Paths[h.Path].Opaque && place(s.Nodes[h.By].Span) == place(s.Nodes[id].Span)
}

// samedescription tells whether the node locks what the Open made.
func (s *Script) samedescription(id, open protocol.ID) bool {
	for _, o := range s.openers(id) {
		if o == open {
			return true
		}
	}
	return len(s.openers(id)) == 0
}

// alwaysWaitsFor returns the node at which every run of the script waits for the
// lock of that key.
func (s *Script) alwaysWaitsFor(key string) (protocol.ID, bool) {
	waits := func(id protocol.ID) bool {
		if !s.mayWait(id) {
			return false
		}
		for _, p := range s.locks(id) {
			if s.lockKey(p) == key {
				return true
			}
		}
		return false
	}
	by, some := s.comesTo(s.on, waits, 0)
	_, around := s.comesTo(until(waits, s.well), func(id protocol.ID) bool {
		return s.Nodes[id].Op == protocol.End || s.Nodes[id].Op == protocol.Opaque
	}, 0)
	return by, some && !around
}
